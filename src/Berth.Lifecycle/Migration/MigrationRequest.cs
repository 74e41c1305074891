namespace Berth.Lifecycle.Migration;

/// <summary>What to migrate.</summary>
/// <param name="PluginsDirectory">The old system's folder of plugins, or the folder with <c>plugins</c> in it.</param>
/// <param name="DatabaseFile">The old system's SQLite database.</param>
public sealed record MigrationRequest(string PluginsDirectory, string DatabaseFile)
{
    /// <summary>Where to put a backup before anything is changed; the folder must not exist or be empty.</summary>
    public string? BackupDirectory { get; init; }

    /// <summary>Only go on with a run that was interrupted.</summary>
    public bool OnlyResume { get; init; }
}
