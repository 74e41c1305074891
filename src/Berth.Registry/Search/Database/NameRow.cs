namespace Berth.Registry.Search.Database;

/// <summary>The names of a plugin, as typing errors are looked for in them.</summary>
internal sealed record NameRow(long Id, string SlugCompact, string NameCompact, string TitleWords);
