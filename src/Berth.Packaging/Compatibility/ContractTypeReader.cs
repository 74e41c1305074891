using System.Reflection;
using System.Reflection.Metadata;

namespace Berth.Packaging.Compatibility;

/// <summary>Reads one type definition (ECMA-335, II.22.37) into what others see of it.</summary>
internal sealed class ContractTypeReader(MetadataReader reader, TypeDefinitionHandle handle)
{
    private readonly TypeDefinition _type = reader.GetTypeDefinition(handle);
    private readonly Dictionary<string, ContractMember> _members = new(StringComparer.Ordinal);

    public ContractType Read()
    {
        var name = SignatureNames.Of(reader, handle);
        var baseName = _type.BaseType.IsNil ? "" : SignatureNames.OfEntity(reader, _type.BaseType);
        var isInterface = _type.Attributes.HasFlag(TypeAttributes.Interface);
        var kind = isInterface ? "interface" : baseName switch
        {
            "System.Enum" => "enum",
            "System.ValueType" => "struct",
            "System.MulticastDelegate" => "delegate",
            _ => "class",
        };
        var isSealed = _type.Attributes.HasFlag(TypeAttributes.Sealed);
        var hasOpenConstructor = false;
        foreach (var method in _type.GetMethods().Select(reader.GetMethodDefinition).Where(method => IsVisible(method.Attributes, isSealed)))
        {
            hasOpenConstructor |= reader.StringComparer.Equals(method.Name, ".ctor");
            AddMethod(method, isInterface);
        }

        foreach (var field in _type.GetFields().Select(reader.GetFieldDefinition).Where(field => IsVisible(field.Attributes, isSealed)))
            AddField(field);
        var interfaces = _type.GetInterfaceImplementations().Select(reader.GetInterfaceImplementation)
            .Select(implementation => SignatureNames.OfEntity(reader, implementation.Interface)).ToHashSet(StringComparer.Ordinal);
        return new ContractType(
            name, kind, isSealed, _type.Attributes.HasFlag(TypeAttributes.Abstract), kind == "class" && !isSealed && hasOpenConstructor, baseName,
            SignatureNames.Constraints(reader, _type.GetGenericParameters()), interfaces, _members);
    }

    private static bool IsVisible(MethodAttributes attributes, bool isSealed) => (attributes & MethodAttributes.MemberAccessMask) switch
    {
        MethodAttributes.Public => true,
        MethodAttributes.Family or MethodAttributes.FamORAssem => !isSealed,
        _ => false,
    };

    private static bool IsVisible(FieldAttributes attributes, bool isSealed) => (attributes & FieldAttributes.FieldAccessMask) switch
    {
        FieldAttributes.Public => true,
        FieldAttributes.Family or FieldAttributes.FamORAssem => !isSealed,
        _ => false,
    };

    private void AddMethod(MethodDefinition method, bool isInterface)
    {
        var signature = method.DecodeSignature(new SignatureNames(), null);
        var name = reader.GetString(method.Name);
        var arity = signature.GenericParameterCount == 0 ? "" : $"`{signature.GenericParameterCount}";
        var shown = $"{name}{arity}({string.Join(", ", signature.ParameterTypes)})";
        var isAbstract = method.Attributes.HasFlag(MethodAttributes.Abstract);
        // Conversions differ by what they give alone.
        var key = name is "op_Implicit" or "op_Explicit" ? $"{shown}: {signature.ReturnType}" : shown;
        _members.TryAdd(key, new ContractMember(
            shown, signature.ReturnType + SignatureNames.Constraints(reader, method.GetGenericParameters()),
            (method.Attributes & MethodAttributes.MemberAccessMask) == MethodAttributes.Public,
            method.Attributes.HasFlag(MethodAttributes.Static), isAbstract,
            isInterface || (method.Attributes.HasFlag(MethodAttributes.Virtual) && !method.Attributes.HasFlag(MethodAttributes.Final)), false, null));
    }

    private void AddField(FieldDefinition field)
    {
        var name = reader.GetString(field.Name);
        if (name == "value__")
            return;
        _members.TryAdd(name, new ContractMember(
            name, field.DecodeSignature(new SignatureNames(), null), (field.Attributes & FieldAttributes.FieldAccessMask) == FieldAttributes.Public,
            field.Attributes.HasFlag(FieldAttributes.Static), false, false, field.Attributes.HasFlag(FieldAttributes.InitOnly),
            field.GetDefaultValue() is { IsNil: false } constant ? Value(reader.GetConstant(constant)) : null));
    }

    private string Value(Constant constant)
    {
        var bytes = reader.GetBlobReader(constant.Value);
        return constant.TypeCode == ConstantTypeCode.String ? bytes.ReadUTF16(bytes.Length) : Convert.ToString(bytes.ReadConstant(constant.TypeCode), System.Globalization.CultureInfo.InvariantCulture) ?? "null";
    }
}
