namespace Berth.Worker.Protocol;

/// <summary>
/// The worker's arguments <c>--confine x:PATH r:PATH w:PATH … -- ARGUMENTS</c>: what of the file system stays open to it. Known before what
/// it will run, and therefore not in the hello.
/// </summary>
internal static class ConfinementArguments
{
    /// <summary>The first of them.</summary>
    public const string First = "--confine";

    /// <summary>What ends the paths; what follows is the worker's own.</summary>
    public const string End = "--";

    /// <summary>A path that is read, with all that is in it, and whose programs are run.</summary>
    public const char Programs = 'x';

    /// <summary>A path that is read, with all that is in it.</summary>
    public const char Readable = 'r';

    /// <summary>A path that is changed.</summary>
    public const char Changeable = 'w';

    /// <summary>Makes them.</summary>
    /// <param name="paths">Absolute paths, each with what it is.</param>
    public static IReadOnlyList<string> Make(IEnumerable<(char Kind, string Path)> paths) => [First, .. paths.Select(one => $"{one.Kind}:{one.Path}"), End];

    /// <summary>Reads them; <see langword="false"/> when they have another form.</summary>
    /// <param name="arguments">All arguments of the worker.</param>
    /// <param name="paths">The paths, each with what it is.</param>
    /// <param name="rest">The worker's own arguments.</param>
    public static bool TryRead(IReadOnlyList<string> arguments, out IReadOnlyList<(char Kind, string Path)> paths, out IReadOnlyList<string> rest)
    {
        var end = arguments.ToList().IndexOf(End);
        (paths, rest) = ([], []);
        if (end < 1 || arguments[0] != First || !arguments.Skip(1).Take(end - 1).All(one => one is [Programs or Readable or Changeable, ':', '/', ..]))
            return false;
        paths = [.. arguments.Skip(1).Take(end - 1).Select(one => (one[0], one[2..]))];
        rest = [.. arguments.Skip(end + 1)];
        return true;
    }
}
