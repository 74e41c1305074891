using Berth.Host.Isolation.Limits;

namespace Berth.Host.Isolation.Worker;

/// <summary>What was made for one worker, and goes when it has ended: in the opposite order, and each even when another cannot.</summary>
internal sealed class LeaveNothing
{
    private readonly Stack<Func<ValueTask>> _deeds = new();

    public T Add<T>(T made)
        where T : IDisposable
    {
        Add(() =>
        {
            made.Dispose();
            return ValueTask.CompletedTask;
        });
        return made;
    }

    public void Add(Func<ValueTask> deed) => _deeds.Push(deed);

    public void AddFolder(string path) => Add(() =>
    {
        // Links in it are taken away, never followed.
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        return ValueTask.CompletedTask;
    });

    public ControlGroup? AddGroup(ControlGroup? group)
    {
        if (group is not null)
            Add(() => group.RemoveAsync());
        return group;
    }

    public async ValueTask RunAsync()
    {
        while (_deeds.TryPop(out var deed))
        {
            try
            {
                await deed();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The next start of the host sweeps what could not go.
            }
        }
    }

    /// <summary>The same where nothing can be awaited: nothing has run yet, so nothing waits.</summary>
    public void Run() => RunAsync().AsTask().GetAwaiter().GetResult();
}
