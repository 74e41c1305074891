using Berth.Worker.Protocol;

namespace Berth.Worker.Hosting;

/// <summary>Ends the worker when its host is gone: the host keeps the other end of standard input open for as long as it lives.</summary>
internal static class Watchdog
{
    /// <summary>Watches on a thread of its own, so that no plugin can starve it.</summary>
    public static void Start(Stream input)
    {
        var thread = new Thread(() => Watch(input)) { IsBackground = true, Name = "watchdog" };
        thread.UnsafeStart();
    }

    private static void Watch(Stream input)
    {
        Span<byte> ignored = stackalloc byte[256];
        try
        {
            while (input.Read(ignored) > 0)
            {
                // Nothing more is said there in this version of the protocol.
            }
        }
        catch (IOException)
        {
            // The pipe broke: the host is gone.
        }

        // Without the plugin's handlers of the process's end, which may hang: nobody is left who would wait.
        Native.Exit(WorkerProtocol.ExitCodes.Asked);
    }
}
