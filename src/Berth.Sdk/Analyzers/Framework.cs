using Microsoft.CodeAnalysis;

namespace Berth.Sdk.Analyzers;

/// <summary>What a plugin shares with its host: it stays when the plugin goes, and so does what it holds.</summary>
internal static class Framework
{
    private static readonly string[] Prefixes = ["System.", "Microsoft.AspNetCore.", "Microsoft.Extensions.", "Microsoft.Net.", "Microsoft.Win32."];

    /// <summary>Whether the type, member or assembly is the framework's or Berth's own.</summary>
    public static bool Owns(ISymbol? symbol) => (symbol as IAssemblySymbol ?? symbol?.ContainingAssembly)?.Name is { } name
        && (name is "System" or "mscorlib" or "netstandard" or "Microsoft.CSharp" or "Berth.Abstractions" || Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));

    /// <summary>Whether the symbol is a type with that full name.</summary>
    public static bool Is(ISymbol? symbol, string name) =>
        symbol is INamedTypeSymbol type && Owns(type) && string.Equals(type.OriginalDefinition.ToDisplayString(FullName), name, StringComparison.Ordinal);

    /// <summary>Whether the type is or derives from the one with that full name.</summary>
    public static bool Derives(ITypeSymbol? type, string name)
    {
        for (var each = type; each is not null; each = each.BaseType)
        {
            if (Is(each, name))
                return true;
        }

        return false;
    }

    /// <summary>Whether a value of the type may be of a plugin's own: the type is a plugin's, made of one, or says nothing.</summary>
    public static bool MayHoldPluginType(ITypeSymbol? type) => type switch
    {
        null => true,
        IArrayTypeSymbol array => MayHoldPluginType(array.ElementType),
        IPointerTypeSymbol => false,
        ITypeParameterSymbol or IDynamicTypeSymbol => true,
        { SpecialType: SpecialType.System_Object } => true,
        INamedTypeSymbol named => !Owns(named) || named.TypeArguments.Any(MayHoldPluginType),
        _ => true,
    };

    private static readonly SymbolDisplayFormat FullName = new(typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);
}
