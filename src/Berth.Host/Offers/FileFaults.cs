using System.Runtime.InteropServices;

namespace Berth.Host.Offers;

/// <summary>Says what the system refused in words for the plugin's author, and without the host's own paths.</summary>
internal static class FileFaults
{
    /// <summary>The same exception in its own words; itself when it has them already.</summary>
    public static Exception Of(Exception exception, string path) => exception switch
    {
        UnauthorizedAccessException { InnerException: not null } => new UnauthorizedAccessException($"'{path}': the host's user on the machine may not do this there. The administrator can give it the right."),
        FileNotFoundException { FileName: not null } or DirectoryNotFoundException => new FileNotFoundException($"There is no '{path}'."),
        // The number of the system's error, where the framework passes it on; its own codes are negative.
        IOException { HResult: > 0 and var error } => new IOException($"'{path}': {Marshal.GetPInvokeErrorMessage(error)}."),
        PathTooLongException => new IOException($"'{path}': the path is too long for the machine."),
        _ => exception,
    };
}
