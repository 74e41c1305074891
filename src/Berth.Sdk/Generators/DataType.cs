namespace Berth.Sdk.Generators;

/// <summary>A type that can cross, and how it is written and read.</summary>
/// <param name="csharp">The type in C#, with <c>global::</c>.</param>
/// <param name="shape">The type in the notation of <c>ContractShape</c>.</param>
internal abstract class DataType(string csharp, string shape)
{
    public string CSharp { get; } = csharp;

    public string Shape { get; } = shape;

    /// <summary>The statement that writes <paramref name="value"/> to <c>json</c>.</summary>
    public abstract string Write(string value);

    /// <summary>The expression that reads the element <paramref name="json"/>.</summary>
    public abstract string Read(string json);
}

/// <summary>One value.</summary>
internal sealed class ScalarType(string csharp, string shape, string? cast, string reader) : DataType(csharp, shape)
{
    public override string Write(string value) => cast is null
        ? $"global::Berth.Contracts.ContractValue.Write(json, {value});"
        : $"global::Berth.Contracts.ContractValue.Write(json, ({cast}){value});";

    public override string Read(string json) => cast is null
        ? $"global::Berth.Contracts.ContractValue.{reader}({json})"
        : $"({CSharp})global::Berth.Contracts.ContractValue.{reader}({json})";
}

/// <summary>A type that has a pair of functions.</summary>
internal abstract class ComposedType(string csharp, string shape, int number) : DataType(csharp, shape)
{
    public int Number { get; } = number;

    public override string Write(string value) => $"Write{Number}(json, {value});";

    public override string Read(string json) => $"Read{Number}({json})";
}

/// <summary>A nullable value.</summary>
internal sealed class NullableValueType(DataType inner, int number) : ComposedType(inner.CSharp + "?", inner.Shape + "?", number)
{
    public DataType Inner { get; } = inner;
}

/// <summary>An array or a list; what is read is one of the two, whatever the provider returned.</summary>
internal sealed class ListType(string csharp, DataType item, bool isGrowable, int number) : ComposedType(csharp, $"[{item.Shape}]", number)
{
    public DataType Item { get; } = item;

    public bool IsGrowable { get; } = isGrowable;
}

/// <summary>A dictionary by text.</summary>
internal sealed class MapType(string csharp, DataType value, int number) : ComposedType(csharp, $"{{{value.Shape}}}", number)
{
    public DataType Value { get; } = value;
}

/// <summary>An enumeration.</summary>
internal sealed class EnumType(string csharp, string shape, bool isUnsigned, IReadOnlyList<KeyValuePair<string, string>> values, int number) : ComposedType(csharp, shape, number)
{
    public bool IsUnsigned { get; } = isUnsigned;

    public IReadOnlyList<KeyValuePair<string, string>> Values { get; } = values;
}

/// <summary>A class or a structure of the contract's assembly. Its members are known only after itself: it may contain itself.</summary>
internal sealed class RecordType(string csharp, string shape, bool isReference, int number) : ComposedType(csharp, shape, number)
{
    public bool IsReference { get; } = isReference;

    /// <summary>What the constructor takes, in its order.</summary>
    public List<MemberModel> Arguments { get; } = [];

    /// <summary>What is set beside it.</summary>
    public List<MemberModel> Properties { get; } = [];

    public IEnumerable<MemberModel> Members => Arguments.Concat(Properties);
}

/// <summary>A member of a class or structure.</summary>
/// <param name="Property">The property.</param>
/// <param name="Type">Its type.</param>
/// <param name="Default">The value in C# when it is missing; <see langword="null"/> when it must be there.</param>
internal sealed record MemberModel(string Property, DataType Type, string? Default)
{
    public bool IsRequired => Default is null;
}
