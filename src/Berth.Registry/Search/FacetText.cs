namespace Berth.Registry.Search;

/// <summary>A value of a facet, one object for all plugins that have it.</summary>
/// <param name="Text">The value.</param>
/// <param name="Number">Its number in the vocabulary.</param>
internal sealed record FacetText(string Text, int Number);
