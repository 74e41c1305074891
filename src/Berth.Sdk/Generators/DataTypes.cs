using Microsoft.CodeAnalysis;

namespace Berth.Sdk.Generators;

/// <summary>Decides which types can cross, and numbers those that need functions of their own.</summary>
internal sealed class DataTypes(IAssemblySymbol assembly, List<ContractFault> faults)
{
    private readonly Dictionary<ITypeSymbol, DataType?> _known = new(SymbolEqualityComparer.Default);
    private readonly List<DataType> _composed = [];

    public IReadOnlyList<DataType> Composed => _composed;

    /// <summary>The type, or <see langword="null"/> after its fault was noted at <paramref name="place"/>.</summary>
    public DataType? Of(ITypeSymbol type, ISymbol place, string what)
    {
        if (_known.TryGetValue(type, out var known))
        {
            if (known is null)
                Fault(place, what, $"{type.ToDisplayString()} cannot");
            return known;
        }

        if (ScalarTypes.Of(type) is { } scalar)
            return _known[type] = scalar;
        var found = type switch
        {
            IArrayTypeSymbol { Rank: 1 } array => List(array, array.ElementType, isGrowable: false, place, what),
            INamedTypeSymbol { TypeKind: TypeKind.Enum } enumeration => Enum(enumeration, place, what),
            INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable => Nullable(nullable, place, what),
            INamedTypeSymbol { IsGenericType: true } generic => Collection(generic, place, what),
            INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct } named => Record(named, place, what),
            _ => Fault(place, what, $"{type.ToDisplayString()} is not data"),
        };
        return _known[type] = found;
    }

    private static string CSharp(ITypeSymbol type) => type.WithNullableAnnotation(NullableAnnotation.None).ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    private T Add<T>(Func<int, T> make)
        where T : DataType
    {
        var made = make(_composed.Count);
        _composed.Add(made);
        return made;
    }

    private ListType? List(ITypeSymbol type, ITypeSymbol item, bool isGrowable, ISymbol place, string what) =>
        Of(item, place, what) is { } read ? Add(number => new ListType(CSharp(type), read, isGrowable, number)) : null;

    private NullableValueType? Nullable(INamedTypeSymbol type, ISymbol place, string what) =>
        Of(type.TypeArguments[0], place, what) is { } inner ? Add(number => new NullableValueType(inner, number)) : null;

    private DataType? Collection(INamedTypeSymbol type, ISymbol place, string what)
    {
        var name = type.OriginalDefinition.MetadataName;
        if (string.Equals(type.ContainingNamespace.ToDisplayString(), "System.Collections.Generic", StringComparison.Ordinal))
        {
            if (name is "IEnumerable`1" or "IReadOnlyCollection`1" or "IReadOnlyList`1")
                return List(type, type.TypeArguments[0], isGrowable: false, place, what);
            if (name is "List`1" or "IList`1" or "ICollection`1")
                return List(type, type.TypeArguments[0], isGrowable: true, place, what);
            if (name is "Dictionary`2" or "IDictionary`2" or "IReadOnlyDictionary`2" && type.TypeArguments[0].SpecialType == SpecialType.System_String)
                return Of(type.TypeArguments[1], place, what) is { } value ? Add(number => new MapType(CSharp(type), value, number)) : null;
        }

        return Fault(place, what, $"{type.ToDisplayString()} is not one of the collections that can: arrays, List<T>, its interfaces, and dictionaries by string");
    }

    private DataType? Enum(INamedTypeSymbol type, ISymbol place, string what)
    {
        var isUnsigned = type.EnumUnderlyingType!.SpecialType is SpecialType.System_UInt64;
        var values = type.GetMembers().OfType<IFieldSymbol>().Where(field => field.HasConstantValue)
            .Select(field => new KeyValuePair<string, string>(field.Name, Convert.ToString(field.ConstantValue, System.Globalization.CultureInfo.InvariantCulture)!)).ToList();
        return IsShared(type) || IsFramework(type)
            ? Add(number => new EnumType(CSharp(type), type.ToDisplayString(), isUnsigned, values, number))
            : Fault(place, what, $"{type.ToDisplayString()} belongs to {type.ContainingAssembly.Name}: declare it beside the contract");
    }

    private DataType? Record(INamedTypeSymbol type, ISymbol place, string what)
    {
        if (Refuse(type) is { } reason)
            return Fault(place, what, $"{type.ToDisplayString()} {reason}");

        var record = Add(number => new RecordType(CSharp(type), type.ToDisplayString(), type.IsReferenceType, number));
        _known[type] = record;
        return RecordMembers.Read(type, record, this, place, what) is { } fault ? Fault(place, what, $"{type.ToDisplayString()} {fault}") : record;
    }

    private string? Refuse(INamedTypeSymbol type)
    {
        if (!IsShared(type))
            return $"belongs to {type.ContainingAssembly?.Name}: data types are declared in the contract's assembly";
        if (type.DeclaredAccessibility != Accessibility.Public || type.ContainingType is { DeclaredAccessibility: not Accessibility.Public })
            return "is not public";
        if (type.IsReferenceType && !type.IsSealed)
            return "is not sealed: something else could arrive in its place";
        if (type.IsReferenceType && type.BaseType is not { SpecialType: SpecialType.System_Object })
            return "inherits another class";
        return type.IsRefLikeType ? "is a ref struct" : null;
    }

    private bool IsShared(ITypeSymbol type) => SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, assembly);

    private static bool IsFramework(ITypeSymbol type) => type.ContainingAssembly?.Name is { } name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "mscorlib" or "netstandard");

    private DataType? Fault(ISymbol place, string what, string reason)
    {
        faults.Add(ContractFault.At(place, ContractRules.Data, what, reason));
        return null;
    }
}
