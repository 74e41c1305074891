namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>A found folder after reading.</summary>
/// <param name="Folder"><see langword="null"/> when it cannot be taken.</param>
/// <param name="Obstacle">Why it cannot.</param>
/// <param name="Described">What its own files say.</param>
internal sealed record OldReadFolder(OldFolder? Folder, string? Obstacle, OldDescription? Described);
