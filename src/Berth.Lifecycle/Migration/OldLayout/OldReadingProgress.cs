namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>How far reading is.</summary>
/// <param name="Stage"><c>database</c>, <c>folders</c>, <c>files</c> or <c>compare</c>.</param>
/// <param name="Done">Of <paramref name="Total"/>.</param>
/// <param name="Total">Folders; 0 where it is not known before.</param>
internal sealed record OldReadingProgress(string Stage, int Done, int Total);
