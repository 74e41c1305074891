using Berth.Data.Sessions;

namespace Berth.Data.Sqlite;

/// <summary>A write that waits for its turn, runs, and is answered only after the commit.</summary>
internal abstract class PendingWrite
{
    private int _taken;

    /// <summary>Whether it is the caller who may run or cancel it; true exactly once.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

    /// <summary>Runs the work and keeps its result. May be called again after a rollback.</summary>
    public abstract void Run(SqliteSession session);

    /// <summary>Answers with the result of the last run.</summary>
    public abstract void Succeed();

    /// <summary>Answers with an exception.</summary>
    public abstract void Fail(Exception exception);
}

/// <inheritdoc />
internal sealed class PendingWrite<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken) : PendingWrite
{
    // Continuations must not run on the writer's thread: they would hold up every other write.
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    /// <summary>Ends when the write was committed or refused.</summary>
    public async Task<T> Answer()
    {
        // A write that has not begun is cancelled at once; one that has is awaited, so that "cancelled" means "nothing of it".
        using var registration = cancellationToken.Register(() =>
        {
            if (TryTake())
                _answer.TrySetCanceled(cancellationToken);
        });
        return await _answer.Task;
    }

    public override void Run(SqliteSession session)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // SQLite answers synchronously, so this waits only for works that do more than SQL.
        _result = work(session.For(cancellationToken)).GetAwaiter().GetResult();
    }

    public override void Succeed() => _answer.TrySetResult(_result);

    public override void Fail(Exception exception)
    {
        if (exception is OperationCanceledException && cancellationToken.IsCancellationRequested)
            _answer.TrySetCanceled(cancellationToken);
        else
            _answer.TrySetException(exception);
    }
}
