namespace Berth.Host.Isolation.Limits;

/// <summary>
/// Control groups that nobody can be asked about: of hosts in other process namespaces, or at the top of the hierarchies, where
/// container engines make them. One that is empty, and is empty still after more time than a start may take, waits for no worker: a group's name is
/// given once, and its process joins it first of all. That nothing joins between look and removal is the kernel's to see, which removes no group with members.
/// </summary>
internal static class AbandonedGroups
{
    /// <summary>More than a start may take.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(1);

    /// <summary>Takes them away.</summary>
    /// <param name="parents">Folders of the control group file system.</param>
    /// <param name="wait">Waits between the two looks.</param>
    /// <returns>How many.</returns>
    public static async Task<int> SweepAsync(IEnumerable<string> parents, Func<Task> wait)
    {
        var empty = parents.Distinct(StringComparer.Ordinal).Where(Directory.Exists).SelectMany(Find).Where(IsEmpty).ToList();
        if (empty.Count == 0)
            return 0;
        await wait();
        return empty.Where(IsEmpty).Count(TryRemove);
    }

    private static IEnumerable<string> Find(string parent) => Directory.EnumerateDirectories(parent)
        .Where(folder => Path.GetFileName(folder) is var name && (HostProcess.IsOfElsewhere(name) || HostProcess.IsOfDeadHost(name)));

    private static bool IsEmpty(string folder)
    {
        try
        {
            return !Directory.EnumerateDirectories(folder).Any() && (!File.Exists(Members(folder)) || !File.ReadLines(Members(folder)).Any());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody joined it, or took it away.
            return false;
        }
    }

    private static string Members(string folder) => Path.Combine(folder, "cgroup.procs");
}
