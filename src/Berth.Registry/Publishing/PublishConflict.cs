namespace Berth.Registry.Publishing;

/// <summary>What is published already and stands in the way of a package.</summary>
internal abstract record PublishConflict
{
    private PublishConflict()
    {
    }

    /// <summary>The slug belongs to somebody else, or is spelled in another case.</summary>
    public sealed record SlugTaken(string Slug) : PublishConflict
    {
        /// <summary>In a sentence, when it is more than that.</summary>
        public string? Why { get; init; }
    }

    /// <summary>The number belonged to a version that was deleted.</summary>
    public sealed record Deleted(Versions.Tombstone Tombstone) : PublishConflict;

    /// <summary>The plugin is published by continuous integration only.</summary>
    public sealed record TrustedOnly(string Slug) : PublishConflict;

    /// <summary>This very package.</summary>
    public sealed record SameBytes(string State) : PublishConflict;

    /// <summary>The same version with other bytes.</summary>
    public sealed record OtherBytes(string Digest) : PublishConflict;

    /// <summary>This very package, by another process that is at it.</summary>
    public sealed record Running(string PublicationId) : PublishConflict;
}
