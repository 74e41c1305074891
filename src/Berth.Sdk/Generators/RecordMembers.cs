using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Berth.Sdk.Generators;

/// <summary>Finds how a data type is made from its members: a constructor that names them, and properties that are set.</summary>
internal static class RecordMembers
{
    /// <summary>Fills <paramref name="record"/>. Returns why it cannot be made; what a member's type lacks is noted there.</summary>
    public static string? Read(INamedTypeSymbol type, RecordType record, DataTypes types, ISymbol place, string what)
    {
        var properties = type.GetMembers().OfType<IPropertySymbol>()
            .Where(property => property is { IsStatic: false, IsIndexer: false, DeclaredAccessibility: Accessibility.Public, GetMethod.DeclaredAccessibility: Accessibility.Public })
            .ToList();
        if (Constructor(type, properties) is not { } constructor)
            return "has no public constructor whose parameters are named like its properties";

        foreach (var parameter in constructor.Parameters)
        {
            var property = Named(properties, parameter)!;
            properties.Remove(property);
            if (types.Of(property.Type, place, $"{what} ({type.Name}.{property.Name})") is { } read)
                record.Arguments.Add(new MemberModel(property.Name, read, DefaultOf(parameter)));
        }

        // A property that nobody can set is computed from the others.
        foreach (var property in properties.Where(property => property.SetMethod is { DeclaredAccessibility: Accessibility.Public }))
        {
            if (types.Of(property.Type, place, $"{what} ({type.Name}.{property.Name})") is { } read)
                record.Properties.Add(new MemberModel(property.Name, read, property.IsRequired ? null : "made." + property.Name));
        }

        return null;
    }

    // The one that names most: a record's own, before one without parameters.
    private static IMethodSymbol? Constructor(INamedTypeSymbol type, List<IPropertySymbol> properties) => type.InstanceConstructors
        .Where(constructor => constructor.DeclaredAccessibility == Accessibility.Public && constructor.Parameters.All(parameter => Named(properties, parameter) is not null))
        .OrderByDescending(constructor => constructor.Parameters.Length)
        .FirstOrDefault();

    private static IPropertySymbol? Named(List<IPropertySymbol> properties, IParameterSymbol parameter) => properties.FirstOrDefault(property =>
        string.Equals(property.Name, parameter.Name, StringComparison.OrdinalIgnoreCase) && SymbolEqualityComparer.Default.Equals(property.Type, parameter.Type));

    private static string? DefaultOf(IParameterSymbol parameter)
    {
        if (!parameter.HasExplicitDefaultValue)
            return parameter.NullableAnnotation == NullableAnnotation.Annotated || parameter.Type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T ? "default" : null;
        return parameter.ExplicitDefaultValue is { } value
            ? $"({parameter.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)})({SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false)})"
            : "default";
    }
}
