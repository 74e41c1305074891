namespace Berth.Registry.Publishing;

/// <summary>What is published already and stands in the way of a package.</summary>
internal abstract record PublishConflict
{
    private PublishConflict()
    {
    }

    /// <summary>The slug belongs to somebody else, or is spelled in another case.</summary>
    public sealed record SlugTaken(string Slug) : PublishConflict;

    /// <summary>This very package.</summary>
    public sealed record SameBytes : PublishConflict;

    /// <summary>The same version with other bytes.</summary>
    public sealed record OtherBytes(string Digest) : PublishConflict;
}
