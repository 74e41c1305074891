namespace Berth.Host.Isolation.Worker;

/// <summary>
/// Temporary folders of workers right below the run folder, where hosts of earlier versions made them. Each belongs to the user of its worker, and a
/// user that no worker of the machine has, whose lock is free, has nobody who needs it.
/// </summary>
internal static class OldTemporaryFolders
{
    private const string Name = "tmp";

    /// <summary>Takes those away whose worker has ended.</summary>
    /// <param name="run">The host's run folder.</param>
    /// <param name="users">The users of workers.</param>
    /// <param name="ownerOf">The owner of a folder; <see langword="null"/> when it cannot be seen.</param>
    /// <returns>How many.</returns>
    public static int Sweep(string run, WorkerUserIds users, Func<string, int?> ownerOf)
    {
        var folder = Path.Combine(run, Name);
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).ToList().Count(one => TryRemove(one, users, ownerOf)) : 0;
    }

    private static bool TryRemove(string folder, WorkerUserIds users, Func<string, int?> ownerOf)
    {
        try
        {
            // Held while it is removed: no worker gets this user meanwhile.
            using var user = ownerOf(folder) is { } owner ? users.TryTake(owner) : null;
            if (user is null)
                return false;
            // Links in it are taken away, never followed.
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
