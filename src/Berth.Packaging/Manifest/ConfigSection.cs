using System.Text.Json;
using System.Text.RegularExpressions;

namespace Berth.Packaging.Manifest;

/// <summary>
/// Checks <c>config</c>, the JSON Schema of the user's settings: a subset that a form can show and a server can check
/// without running foreign code. Unknown keywords are refused, because a rule that is silently not applied is none.
/// </summary>
internal static class ConfigSection
{
    private const int MaxPattern = 256;

    private static readonly string[] Types = ["string", "number", "integer", "boolean", "array", "object"];
    private static readonly string[] Formats = ["email", "uri", "date", "date-time", "time", "hostname", "ipv4", "ipv6", "uuid", "password", "color", "multiline"];

    // Which type each keyword speaks of; the others fit any.
    private static readonly Dictionary<string, string[]> TypesOf = new(StringComparer.Ordinal)
    {
        ["minimum"] = ["number", "integer"],
        ["maximum"] = ["number", "integer"],
        ["minLength"] = ["string"],
        ["maxLength"] = ["string"],
        ["pattern"] = ["string"],
        ["format"] = ["string"],
        ["items"] = ["array"],
        ["properties"] = ["object"],
        ["required"] = ["object"],
        ["additionalProperties"] = ["object"],
    };

    public static JsonElement? Read(ManifestObject root)
    {
        if (root.Object("config") is not { } config)
        {
            return null;
        }

        if (Check(config) is { } type && type is not "object")
        {
            config.Fault(ManifestFaultCodes.ConfigContradiction, "type", "Settings are an object. Write \"type\": \"object\" and the settings below 'properties'.");
        }

        config.Find("$schema");
        RefuseUnknown(config);
        return root.Find("config")?.Clone();
    }

    private static string? Check(ManifestObject schema, bool isInList = false)
    {
        if (schema.Find("type") is null)
        {
            schema.Missing("type");
        }

        var type = schema.Choice("type", Types);
        schema.Text("title", 256);
        schema.Text("description", 4096);
        CheckRange(schema, "minimum", "maximum", isLength: false);
        CheckRange(schema, "minLength", "maxLength", isLength: true);
        CheckPattern(schema);
        schema.Choice("format", Formats);
        schema.Flag("additionalProperties");
        CheckMembers(schema, isInList);
        if (schema.Object("items") is { } items)
        {
            Check(items, isInList: true);
            RefuseUnknown(items);
        }

        CheckEnum(schema, type);
        CheckSecret(schema, type, isInList);
        CheckDefault(schema, type);
        foreach (var (keyword, types) in TypesOf)
        {
            if (type is not null && schema.Find(keyword) is not null && !types.Contains(type))
            {
                schema.Fault(ManifestFaultCodes.ConfigContradiction, keyword, $"'{keyword}' says nothing about a value of type '{type}'. Remove it.");
            }
        }

        return type;
    }

    private static void CheckMembers(ManifestObject schema, bool isInList)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (schema.Object("properties") is { } properties)
        {
            names.UnionWith(properties.Members.Select(member => member.Name));
            foreach (var property in names.Select(properties.Object).OfType<ManifestObject>())
            {
                Check(property, isInList);
                RefuseUnknown(property);
            }
        }

        var required = schema.Texts("required", 256, distinct: true);
        for (var i = 0; i < required.Count; i++)
        {
            if (!names.Contains(required[i]))
            {
                schema.Faults.Add(
                    ManifestFaultCodes.ConfigContradiction,
                    $"{schema.PointerTo("required")}/{i}",
                    $"{ManifestFaults.Quote(required[i])} is required but not among 'properties'. Add it there.");
            }
        }
    }

    private static void CheckRange(ManifestObject schema, string low, string high, bool isLength)
    {
        var min = isLength ? schema.Whole(low, 0, int.MaxValue) : Number(schema, low);
        var max = isLength ? schema.Whole(high, 0, int.MaxValue) : Number(schema, high);
        if (min > max)
        {
            schema.Fault(ManifestFaultCodes.ConfigContradiction, low, $"'{low}' is greater than '{high}', so no value fits. Correct one.");
        }
    }

    private static double? Number(ManifestObject schema, string keyword) =>
        schema.Find(keyword, "a number", JsonValueKind.Number) is { } value && value.TryGetDouble(out var number) ? number : null;

    private static void CheckPattern(ManifestObject schema)
    {
        const string Advice = "Write a regular expression without look-around and back references: it is evaluated on the server, in linear time.";
        schema.Text("pattern", MaxPattern, IsLinearPattern, ManifestFaultCodes.ConfigPattern, Advice);
    }

    private static bool IsLinearPattern(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private static void CheckEnum(ManifestObject schema, string? type)
    {
        var any = false;
        foreach (var (item, pointer) in schema.Items("enum"))
        {
            any = true;
            if (type is not null && !Fits(item, type))
            {
                schema.Faults.Add(ManifestFaultCodes.ConfigContradiction, pointer, $"The value is not of the type '{type}'. Correct it.");
            }
        }

        if (!any && schema.Find("enum") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 0)
        {
            schema.Fault(ManifestFaultCodes.ConfigContradiction, "enum", "An empty 'enum' lets no value in. List the values, or remove it.");
        }
    }

    private static void CheckSecret(ManifestObject schema, string? type, bool isInList)
    {
        if (schema.Flag("x-secret") is not true)
        {
            return;
        }

        if (type is not (null or "string"))
        {
            schema.Fault(ManifestFaultCodes.ConfigSecret, "x-secret", "Only a text can be a secret. Write \"type\": \"string\".");
        }

        if (isInList)
        {
            schema.Fault(
                ManifestFaultCodes.ConfigSecret, "x-secret",
                "A secret cannot be in a list: it is never read back, so nobody could tell which item it belongs to after one was removed. Give it a name of its own.");
        }

        if (schema.Find("default") is not null)
        {
            schema.Fault(ManifestFaultCodes.ConfigSecret, "default", "A secret's default can be read by everybody who has the package. Remove it.");
        }
    }

    private static void CheckDefault(ManifestObject schema, string? type)
    {
        if (schema.Find("default") is not { } value || type is null)
        {
            return;
        }

        if (ConfigDefault.Explain(schema, value, type) is { } why)
        {
            schema.Fault(ManifestFaultCodes.ConfigDefault, "default", $"The default {why}. Correct it.");
        }
    }

    internal static bool Fits(JsonElement value, string type) => (type, value.ValueKind) switch
    {
        ("string", JsonValueKind.String) => true,
        ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => value.TryGetDecimal(out var number) && number == decimal.Truncate(number),
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("array", JsonValueKind.Array) => true,
        ("object", JsonValueKind.Object) => true,
        _ => false,
    };

    private static void RefuseUnknown(ManifestObject schema)
    {
        foreach (var name in schema.Members.Select(member => member.Name).Distinct(StringComparer.Ordinal))
        {
            if (!schema.Known.Contains(name) && !name.StartsWith("x-", StringComparison.Ordinal))
            {
                schema.Fault(ManifestFaultCodes.ConfigKeyword, name, $"{ManifestFaults.Quote(name)} is not among the keywords that settings support. Remove it.");
            }
        }
    }
}
