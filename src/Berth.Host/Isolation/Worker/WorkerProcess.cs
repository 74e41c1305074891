using Berth.Host.Isolation.Worker.Processes;

namespace Berth.Host.Isolation.Worker;

/// <summary>A worker's process and its sockets: started, and not told yet what to run. It ends in order, and leaves nothing.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    private int _isEnded;
    private int _isCleaned;

    private WorkerProcess(ChildProcess child, WorkerCommand command, string requests, string control, string streams) =>
        (Child, Command, Requests, Control, Streams) = (child, command, requests, control, streams);

    public ChildProcess Child { get; }

    /// <summary>What it was started with; of a spare that was taken, with what its version adds.</summary>
    public WorkerCommand Command { get; private set; }

    public string Requests { get; }

    public string Control { get; }

    public string Streams { get; }

    /// <summary>Starts a command.</summary>
    /// <exception cref="WorkerStartException">The system does not start it; what was prepared for it is taken away.</exception>
    public static async Task<WorkerProcess> StartAsync(WorkerRunFolder folder, WorkerCommand command)
    {
        try
        {
            using var requests = folder.Listen();
            using var control = folder.Listen();
            using var streams = folder.Listen();
            var child = await ChildProcess.StartAsync(command.File, command.Arguments, command.Environment, [requests.Socket.SafeHandle, control.Socket.SafeHandle, streams.Socket.SafeHandle]);
            // The host's copies are closed, so that nobody can connect once the worker is gone; the names stay until it is.
            requests.KeepName();
            control.KeepName();
            streams.KeepName();
            command.Started?.Invoke(child.Id);
            return new WorkerProcess(child, command, requests.Path, control.Path, streams.Path);
        }
        catch
        {
            if (command.CleanUp is { } cleanUp)
                await cleanUp();
            throw;
        }
    }

    /// <summary>A spare begins to run a version.</summary>
    public void Become(WorkerCommand command)
    {
        Command = command;
        // Loading takes as much of the processor as starting did.
        command.Started?.Invoke(Child.Id);
    }

    /// <summary>Tells it to end, and ends it when it does not. Completes when nothing of it runs.</summary>
    public async Task EndAsync()
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 0)
        {
            try
            {
                await Child.Input.DisposeAsync();
            }
            catch (IOException)
            {
                // It has ended and nobody reads.
            }

            if (await Task.WhenAny(Child.Exited, Task.Delay(Grace)) != Child.Exited)
                Child.Kill();
        }

        await Child.Exited;
        // What the process started may still hold the pipes; at the levels that let it, the session was killed with it.
        Child.Kill();
    }

    /// <summary>Ends it and takes away what was made for it.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        if (Interlocked.Exchange(ref _isCleaned, 1) != 0)
            return;
        File.Delete(Requests);
        File.Delete(Control);
        File.Delete(Streams);
        if (Command.CleanUp is { } cleanUp)
            await cleanUp();
    }
}
