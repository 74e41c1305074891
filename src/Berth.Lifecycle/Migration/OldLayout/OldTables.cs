namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>The rows of the old database, sorted by id, every column as text.</summary>
/// <param name="Users">Of <c>users</c>.</param>
/// <param name="Plugins">Of <c>plugin</c>.</param>
/// <param name="Modules">Of <c>module</c>.</param>
internal sealed record OldTables(
    IReadOnlyList<IReadOnlyDictionary<string, string?>> Users,
    IReadOnlyList<IReadOnlyDictionary<string, string?>> Plugins,
    IReadOnlyList<IReadOnlyDictionary<string, string?>> Modules);
