using System.Collections.Concurrent;

namespace Berth.Host.Isolation.Worker.Processes;

/// <summary>
/// The one thread that starts workers. The kernel tells a child of its parent's death when the thread that made it ends
/// (prctl(2), PR_SET_PDEATHSIG), and a thread of the pool may end at any time: this one lives as long as the process.
/// </summary>
internal static class StartThread
{
    private static readonly BlockingCollection<Action> Work = [];
    private static readonly Lazy<Thread> Own = new(Begin);

    public static Task<T> RunAsync<T>(Func<T> start)
    {
        _ = Own.Value;
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                done.SetResult(start());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    private static Thread Begin()
    {
        var thread = new Thread(static () =>
        {
            foreach (var start in Work.GetConsumingEnumerable())
                start();
        })
        { IsBackground = true, Name = "worker starts" };
        thread.UnsafeStart();
        return thread;
    }
}
