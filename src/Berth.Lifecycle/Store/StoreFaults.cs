namespace Berth.Lifecycle.Store;

/// <summary>What a failed write means. The framework hands the error number through as <see cref="Exception.HResult"/>.</summary>
internal static class StoreFaults
{
    private const int NoSpace = 28;      // ENOSPC
    private const int ReadOnlyDisk = 30; // EROFS
    private const int OverQuota = 122;   // EDQUOT
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public static bool IsDisk(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>The store's exception for a disk that does not take the version in. Its message names no path.</summary>
    public static StoreException Of(Exception exception, string what) => exception switch
    {
        StoreException already => already,
        { HResult: NoSpace or OverQuota or WindowsDiskFull } => new StoreException(
            "store.full", $"{what} cannot be stored: the disk of the plugin store is full. Free some space or run the cleanup, then try again.", exception),
        UnauthorizedAccessException or { HResult: ReadOnlyDisk } => new StoreException(
            "store.read_only", $"{what} cannot be stored: the plugin store cannot be written. Check its owner and mount options.", exception),
        _ => new StoreException(
            "store.failed", $"{what} cannot be stored: the disk failed (error {exception.HResult}). The log of the server has the details.", exception),
    };
}
