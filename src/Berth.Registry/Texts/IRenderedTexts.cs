namespace Berth.Registry.Texts;

/// <summary>README and CHANGELOG as HTML that is safe to show.</summary>
public interface IRenderedTexts
{
    /// <summary>The text of a version as an HTML fragment, or <see langword="null"/> when there is no such version or text.</summary>
    Task<RenderedText?> FindAsync(string slug, string version, TextKind kind, CancellationToken cancellationToken = default);
}

/// <summary>Which text of a package.</summary>
public enum TextKind
{
    /// <summary><c>README.md</c>.</summary>
    Readme,

    /// <summary><c>CHANGELOG.md</c>.</summary>
    Changelog,
}

/// <summary>A text in both forms.</summary>
/// <param name="Markdown">As its author wrote it.</param>
/// <param name="Html">A fragment without scripts, styles, frames, forms or ids.</param>
/// <param name="Tag">Changes when either does.</param>
public sealed record RenderedText(string Markdown, string Html, string Tag);
