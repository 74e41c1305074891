using Berth.Registry.Catalog;

namespace Berth.Registry.Search.Database;

/// <summary>How many plugins a list without words has, and what they are.</summary>
internal sealed record ListCounts(int Total, CatalogFacets Facets);
