using System.Text;

namespace Berth.Sdk.Generators;

/// <summary>Writes a pair of functions, <c>WriteN</c> and <c>ReadN</c>, for each type that is composed of others.</summary>
internal static class TypeFunctions
{
    private const string Writer = "global::System.Text.Json.Utf8JsonWriter";
    private const string Element = "global::System.Text.Json.JsonElement";
    private const string Kind = "global::System.Text.Json.JsonValueKind";

    public static string Write(IEnumerable<DataType> types)
    {
        var text = new StringBuilder();
        foreach (var type in types.Cast<ComposedType>())
        {
            text.Append($"            private static void Write{type.Number}({Writer} json, {type.CSharp} value)\n            {{\n{WriteBody(type)}            }}\n\n");
            text.Append($"            private static {type.CSharp} Read{type.Number}({Element} json)\n            {{\n{ReadBody(type)}            }}\n\n");
        }

        return text.ToString();
    }

    private static string WriteBody(ComposedType type) => type switch
    {
        EnumType { IsUnsigned: true } => Line("global::Berth.Contracts.ContractValue.Write(json, (ulong)value);"),
        EnumType => Line("global::Berth.Contracts.ContractValue.Write(json, (long)value);"),
        NullableValueType nullable => Line("if (value is null) { json.WriteNullValue(); return; }") + Line(nullable.Inner.Write("value.Value")),
        ListType list => Line("if (value is null) { json.WriteNullValue(); return; }") + Line("json.WriteStartArray();")
            + Line($"foreach (var item in value) {{ {list.Item.Write("item")} }}") + Line("json.WriteEndArray();"),
        MapType map => Line("if (value is null) { json.WriteNullValue(); return; }") + Line("json.WriteStartObject();")
            + Line($"foreach (var pair in value) {{ json.WritePropertyName(pair.Key); {map.Value.Write("pair.Value")} }}") + Line("json.WriteEndObject();"),
        RecordType record => WriteRecord(record),
        _ => throw new InvalidOperationException(type.GetType().Name),
    };

    private static string ReadBody(ComposedType type) => type switch
    {
        EnumType enumeration => Line($"return ({type.CSharp})global::Berth.Contracts.ContractValue.{(enumeration.IsUnsigned ? "ReadUInt64" : "ReadInt64")}(json);"),
        NullableValueType nullable => Line($"if (json.ValueKind == {Kind}.Null) return null;") + Line($"return {nullable.Inner.Read("json")};"),
        ListType list => ReadList(list),
        MapType map => Line($"if (json.ValueKind == {Kind}.Null) return null;")
            + Line($"var map = new global::System.Collections.Generic.Dictionary<string, {map.Value.CSharp}>();")
            + Line($"foreach (var member in json.EnumerateObject()) map[member.Name] = {map.Value.Read("member.Value")};") + Line("return map;"),
        RecordType record => ReadRecord(record),
        _ => throw new InvalidOperationException(type.GetType().Name),
    };

    private static string ReadList(ListType list) => Line($"if (json.ValueKind == {Kind}.Null) return null;")
        + Line($"var list = new global::System.Collections.Generic.List<{list.Item.CSharp}>(json.GetArrayLength());")
        + Line($"foreach (var item in json.EnumerateArray()) list.Add({list.Item.Read("item")});")
        + Line(list.IsGrowable ? "return list;" : "return list.ToArray();");

    private static string WriteRecord(RecordType record)
    {
        var text = new StringBuilder();
        if (record.IsReference)
            text.Append(Line("if (value is null) { json.WriteNullValue(); return; }"));
        text.Append(Line("json.WriteStartObject();"));
        foreach (var member in record.Members)
            text.Append(Line($"json.WritePropertyName(\"{member.Property}\"); {member.Type.Write("value.@" + member.Property)}"));
        return text.Append(Line("json.WriteEndObject();")).ToString();
    }

    private static string ReadRecord(RecordType record)
    {
        var text = new StringBuilder();
        if (record.IsReference)
            text.Append(Line($"if (json.ValueKind == {Kind}.Null) return null;"));
        var arguments = record.Arguments.Select((member, i) => Local(text, record, member, "argument" + i)).ToList();
        var required = record.Properties.Where(member => member.IsRequired)
            .Select((member, i) => $"@{member.Property} = {Local(text, record, member, "required" + i)}").ToList();
        var made = $"new {record.CSharp}({string.Join(", ", arguments)}) {{ {string.Join(", ", required)} }}";
        var optional = record.Properties.Where(member => !member.IsRequired).ToList();
        if (optional.Count == 0)
            return text.Append(Line($"return {made};")).ToString();

        // Made once to learn the values that the type itself gives to what is missing: a property that is init-only cannot be set later.
        text.Append(Line($"var made = {made};"));
        var initial = required.Concat(optional.Select((member, i) => $"@{member.Property} = {Value(member, "optional" + i)}"));
        return text.Append(Line($"return new {record.CSharp}({string.Join(", ", arguments)}) {{ {string.Join(", ", initial)} }};")).ToString();
    }

    private static string Local(StringBuilder text, RecordType record, MemberModel member, string name)
    {
        var value = member.IsRequired
            ? member.Type.Read($"global::Berth.Contracts.ContractValue.Required(json, \"{member.Property}\", \"{record.Shape}\")")
            : Value(member, name + "_");
        text.Append(Line($"{member.Type.CSharp} {name} = {value};"));
        return name;
    }

    private static string Value(MemberModel member, string name) =>
        $"json.TryGetProperty(\"{member.Property}\", out var {name}) ? {member.Type.Read(name)} : {member.Default}";

    private static string Line(string line) => $"                {line}\n";
}
