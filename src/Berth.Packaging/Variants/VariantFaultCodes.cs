namespace Berth.Packaging.Variants;

/// <summary>Why a package is no variant of another one.</summary>
public static class VariantFaultCodes
{
    /// <summary>It has no readable statement.</summary>
    public const string Statement = "variant.statement";

    /// <summary>It derives from something else.</summary>
    public const string Source = "variant.source";

    /// <summary>Its manifest is not the original's.</summary>
    public const string Manifest = "variant.manifest";

    /// <summary>A file that users are never served is not the author's.</summary>
    public const string ServerSide = "variant.server_side";

    /// <summary>The statement and the files disagree.</summary>
    public const string File = "variant.file";
}
