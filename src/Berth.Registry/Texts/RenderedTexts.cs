using Berth.Registry.Catalog;
using Microsoft.Extensions.Caching.Memory;

namespace Berth.Registry.Texts;

/// <inheritdoc />
internal sealed class RenderedTexts(ICatalog catalog) : IRenderedTexts, IDisposable
{
    // Grows when the rules of SafeMarkdown change, so that nobody keeps what was made by the old ones.
    private const int Rules = 1;
    private const long MaxCharacters = 8 * 1024 * 1024;
    private readonly MemoryCache _rendered = new(new MemoryCacheOptions { SizeLimit = MaxCharacters });

    public async Task<RenderedText?> FindAsync(string slug, string version, TextKind kind, CancellationToken cancellationToken = default)
    {
        if (await catalog.FindVersionAsync(slug, version, cancellationToken) is not { } found)
            return null;
        var key = (found.Digest, kind);
        if (_rendered.TryGetValue<RenderedText>(key, out var known))
            return known;
        var texts = await catalog.FindTextsAsync(found.Slug, found.Version, cancellationToken);
        if ((kind == TextKind.Readme ? texts?.Readme : texts?.Changelog) is not { } markdown)
            return null;
        var html = await SafeMarkdown.RenderAsync(markdown, cancellationToken);
        var rendered = new RenderedText(markdown, html, $"{found.Digest}-{kind}-{Rules}".ToLowerInvariant());
        _rendered.Set(key, rendered, new MemoryCacheEntryOptions { Size = markdown.Length + html.Length });
        return rendered;
    }

    public void Dispose() => _rendered.Dispose();
}
