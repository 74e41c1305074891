using Microsoft.CodeAnalysis;

namespace Berth.Sdk.Generators;

/// <summary>The framework's types that are one value.</summary>
internal static class ScalarTypes
{
    public static ScalarType? Of(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_String } => new ScalarType("string", "string", null, "ReadString"),
        { SpecialType: SpecialType.System_Boolean } => new ScalarType("bool", "bool", null, "ReadBoolean"),
        { SpecialType: SpecialType.System_Byte } => new ScalarType("byte", "uint8", "long", "ReadInt64"),
        { SpecialType: SpecialType.System_SByte } => new ScalarType("sbyte", "int8", "long", "ReadInt64"),
        { SpecialType: SpecialType.System_Int16 } => new ScalarType("short", "int16", "long", "ReadInt64"),
        { SpecialType: SpecialType.System_UInt16 } => new ScalarType("ushort", "uint16", "long", "ReadInt64"),
        { SpecialType: SpecialType.System_Int32 } => new ScalarType("int", "int32", "long", "ReadInt64"),
        { SpecialType: SpecialType.System_UInt32 } => new ScalarType("uint", "uint32", "long", "ReadInt64"),
        { SpecialType: SpecialType.System_Int64 } => new ScalarType("long", "int64", null, "ReadInt64"),
        { SpecialType: SpecialType.System_UInt64 } => new ScalarType("ulong", "uint64", null, "ReadUInt64"),
        { SpecialType: SpecialType.System_Single } => new ScalarType("float", "float32", "double", "ReadDouble"),
        { SpecialType: SpecialType.System_Double } => new ScalarType("double", "float64", null, "ReadDouble"),
        { SpecialType: SpecialType.System_Decimal } => new ScalarType("decimal", "decimal", null, "ReadDecimal"),
        { SpecialType: SpecialType.System_Char } => new ScalarType("char", "char", "long", "ReadInt64"),
        { SpecialType: SpecialType.System_DateTime } => Framework("DateTime"),
        IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte } => new ScalarType("byte[]", "bytes", null, "ReadBytes"),
        INamedTypeSymbol { ContainingType: null, IsGenericType: false, ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } named
            when named.Name is "Guid" or "DateTimeOffset" or "DateOnly" or "TimeOnly" or "TimeSpan" or "Uri" => Framework(named.Name),
        _ => null,
    };

    private static ScalarType Framework(string name) => new("global::System." + name, name.ToLowerInvariant(), null, "Read" + name);
}
