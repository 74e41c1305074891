using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Berth.Worker.Broker;
using Berth.Worker.Protocol;

namespace Berth.Worker.Hosting;

/// <summary>
/// Counts what fails here because a limit of the process is reached, also where the plugin's code catches it, and tells the host once a
/// second at most.
/// </summary>
internal sealed class LimitWatch(BrokerClient broker)
{
    // Numbers of errno on Linux.
    private const int TooManyFiles = 24;
    private const int FileTooLarge = 27;
    private const int DiskFull = 28;

    private static readonly string[] Names = ["managed_memory", "open_files", "file_size", "disk"];
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly long[] _counts = new long[Names.Length];
    private readonly SemaphoreSlim _counted = new(0, 1);

    /// <summary>Begins to count.</summary>
    public void Start()
    {
        AppDomain.CurrentDomain.FirstChanceException += Note;
        _ = Task.Run(TellAsync);
    }

    /// <summary>Which limit an exception comes from; -1 for none.</summary>
    public static int LimitOf(Exception exception) => exception switch
    {
        OutOfMemoryException => 0,
        SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } => 1,
        IOException { HResult: TooManyFiles } => 1,
        IOException { HResult: FileTooLarge } => 2,
        // The runtime's own form of "file too large", which has no number.
        ArgumentOutOfRangeException { ParamName: "value", ActualValue: null } when exception.Message.Contains("file", StringComparison.OrdinalIgnoreCase) => 2,
        IOException { HResult: DiskFull } => 3,
        _ => -1,
    };

    // Runs wherever something is thrown: it must not throw, and does next to nothing.
    private void Note(object? sender, FirstChanceExceptionEventArgs happened)
    {
        if (LimitOf(happened.Exception) is >= 0 and var limit && Interlocked.Increment(ref _counts[limit]) == 1 && _counted.CurrentCount == 0)
        {
            try
            {
                _counted.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another one woke the teller.
            }
        }
    }

    private async Task TellAsync()
    {
        while (true)
        {
            await _counted.WaitAsync();
            var counts = new Dictionary<string, long>(StringComparer.Ordinal);
            for (var i = 0; i < Names.Length; i++)
            {
                if (Interlocked.Exchange(ref _counts[i], 0) is > 0 and var count)
                    counts[Names[i]] = count;
            }

            try
            {
                if (counts.Count > 0)
                    await broker.PostAsync("/limits", counts, ProtocolJson.Default.DictionaryStringInt64, CancellationToken.None);
            }
            catch (Exception exception) when (exception is RemoteFailureException or IOException or OutOfMemoryException or OperationCanceledException)
            {
                // The host is away, or there is nothing left to tell it with: the next second tries with what comes then.
            }

            await Task.Delay(Pause);
        }
    }
}
