namespace Berth.Cli.Output;

/// <summary>What the command line tells a script about how it went (docs/cli.md).</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>Failed for a reason that has no number of its own.</summary>
    Failed = 1,

    /// <summary>The command was written wrongly.</summary>
    Usage = 2,

    /// <summary>What was named does not exist, or the caller may not see it.</summary>
    NotFound = 3,

    /// <summary>Not signed in, or not allowed.</summary>
    NotAllowed = 4,

    /// <summary>A capability or a permission was declined, by a person or by the server.</summary>
    Declined = 5,

    /// <summary>A conflict: it exists already with other content, is installed already, or somebody holds the lock.</summary>
    Conflict = 6,

    /// <summary>Verification or validation refused it.</summary>
    Refused = 7,

    /// <summary>The server cannot be reached, is overloaded, or did not answer in time.</summary>
    Unreachable = 8,

    /// <summary><c>--check</c> found an update or a difference.</summary>
    Difference = 9,

    /// <summary>Some of several were done, some were not.</summary>
    Partly = 10,

    /// <summary>Interrupted by a signal.</summary>
    Interrupted = 130,
}
