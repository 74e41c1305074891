using Berth.Host.Isolation.Worker.Processes;
using Berth.Worker.Protocol;

namespace Berth.Host.Isolation.Worker;

/// <summary>A worker's process and its sockets: started, and not told yet what to run. It ends in order, and leaves nothing.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    private int _isEnded;
    private int _isCleaned;

    private WorkerProcess(ChildProcess child, WorkerCommand command, ListeningSocket requests, ListeningSocket control, ListeningSocket streams) =>
        (Child, Command, Requests, Control, Streams) = (child, command, requests, control, streams);

    public ChildProcess Child { get; }

    /// <summary>What it was started with; of a spare that was taken, with what its version adds.</summary>
    public WorkerCommand Command { get; private set; }

    public ListeningSocket Requests { get; }

    public ListeningSocket Control { get; }

    public ListeningSocket Streams { get; }

    /// <summary>Starts a command.</summary>
    /// <exception cref="WorkerStartException">The system does not start it; what was prepared for it is taken away.</exception>
    public static async Task<WorkerProcess> StartAsync(WorkerRunFolder folder, WorkerCommand command)
    {
        var sockets = new List<ListeningSocket>();
        try
        {
            while (sockets.Count < WorkerProtocol.Descriptors)
                sockets.Add(folder.Listen());
            var child = await ChildProcess.StartAsync(command.File, command.Arguments, command.Environment, [.. sockets.Select(socket => socket.Socket.SafeHandle)]);
            sockets.ForEach(socket => socket.HandOver());
            command.Started?.Invoke(child.Id);
            return new WorkerProcess(child, command, sockets[0], sockets[1], sockets[2]);
        }
        catch
        {
            sockets.ForEach(socket => socket.Dispose());
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
        // What made its isolation may still run, in the same session.
        Child.Kill();
    }

    /// <summary>Ends it and takes away what was made for it.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        if (Interlocked.Exchange(ref _isCleaned, 1) != 0)
            return;
        Requests.Dispose();
        Control.Dispose();
        Streams.Dispose();
        if (Command.CleanUp is { } cleanUp)
            await cleanUp();
    }
}
