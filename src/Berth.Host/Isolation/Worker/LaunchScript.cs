namespace Berth.Host.Isolation.Worker;

/// <summary>
/// Wraps a command in the shell's own few lines: the process joins its control groups before it becomes the command, so that
/// nothing of it ever ran outside of them, and it leaves the host's working directory.
/// </summary>
internal static class LaunchScript
{
    public const string Shell = "/bin/sh";

    private const string Text = """
        cd / || exit 66
        while [ "$1" != -- ]; do
          echo $$ > "$1" || { echo "The control group $1 cannot be joined." >&2; exit 66; }
          shift
        done
        shift
        unset OLDPWD
        exec "$@"
        """;

    /// <summary>The shell's arguments.</summary>
    /// <param name="joins">Files that the process writes its id to.</param>
    /// <param name="command">What it becomes.</param>
    public static IReadOnlyList<string> Arguments(IEnumerable<string> joins, IEnumerable<string> command) =>
        ["-c", Text, "berth-worker", .. joins, "--", .. command];
}
