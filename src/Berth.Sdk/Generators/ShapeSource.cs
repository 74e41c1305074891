using System.Security.Cryptography;
using System.Text;

namespace Berth.Sdk.Generators;

/// <summary>The shape of a contract as an expression, and its digest.</summary>
internal sealed record ShapeSource(string Expression, string Fingerprint)
{
    public static ShapeSource Of(ContractModel contract)
    {
        var operations = contract.Operations.Select(operation =>
            $"new(\"{operation.Name}\", new string[] {{ {string.Join(", ", operation.Values.Select(value => Quote(value.Type!.Shape)))} }}, {Quote(operation.Result?.Shape ?? "")}, {(operation.IsStream ? "true" : "false")})");
        var types = contract.Types.Select(Data).Where(data => data is not null).OrderBy(data => data, StringComparer.Ordinal);
        var expression = $"new(new global::Berth.Contracts.ContractOperation[] {{ {string.Join(", ", operations)} }}, new global::Berth.Contracts.ContractData[] {{ {string.Join(", ", types)} }})";
        using var digest = SHA256.Create();
        var hash = digest.ComputeHash(Encoding.UTF8.GetBytes(expression));
        return new ShapeSource(expression, string.Concat(hash.Take(16).Select(value => value.ToString("x2", System.Globalization.CultureInfo.InvariantCulture))));
    }

    private static string? Data(DataType type)
    {
        var members = type switch
        {
            RecordType record => record.Members.OrderBy(member => member.Property, StringComparer.Ordinal).Select(member => Member(member.Property, member.Type.Shape, member.IsRequired)),
            EnumType enumeration => enumeration.Values.OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => Member(value.Key, value.Value, isRequired: false)),
            _ => null,
        };
        return members is null ? null : $"new({Quote(type.Shape)}, new global::Berth.Contracts.ContractMember[] {{ {string.Join(", ", members)} }})";
    }

    private static string Member(string name, string type, bool isRequired) => $"new({Quote(name)}, {Quote(type)}, {(isRequired ? "true" : "false")})";

    private static string Quote(string text) => $"\"{text}\"";
}
