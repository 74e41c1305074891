using System.Globalization;

namespace Berth.Host.Isolation.Worker;

/// <summary>The part of a command that gives up being root, by setpriv.</summary>
internal static class DroppedUser
{
    /// <summary>What comes before the command.</summary>
    public static IEnumerable<string> Arguments(int userId)
    {
        var id = userId.ToString(CultureInfo.InvariantCulture);
        return
        [
            Tools.Get("setpriv", "util-linux"), "--reuid", id, "--regid", id, "--clear-groups", "--no-new-privs",
            "--inh-caps=-all", "--bounding-set=-all", "--pdeathsig", "KILL", "--",
        ];
    }
}
