using System.Collections.Concurrent;
using Berth.Data.Sessions;

namespace Berth.Data.Sqlite;

/// <summary>
/// The one writer: a thread of its own that takes writes from a queue and commits those that wait together.
/// A commit costs a flush to disk whether it holds one write or a hundred.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int MostInOneCommit = 512;
    private readonly BlockingCollection<PendingWrite> _queue = [];
    private readonly SqliteSession _session;
    private readonly SqliteCheckpoints _checkpoints;
    private readonly Thread _thread;

    public SqliteWriter(SqliteSession session, SqliteCheckpoints checkpoints)
    {
        _session = session;
        _checkpoints = checkpoints;
        _thread = new Thread(Run) { IsBackground = true, Name = "Berth SQLite writer" };
        _thread.Start();
    }

    /// <summary>Runs a work and returns after its commit.</summary>
    public Task<T> WriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken)
    {
        if (Thread.CurrentThread == _thread)
            throw new InvalidOperationException("A write was started inside another write, which would wait for itself. Pass the session on instead.");

        cancellationToken.ThrowIfCancellationRequested();
        var write = new PendingWrite<T>(work, cancellationToken);
        _queue.Add(write, CancellationToken.None);
        return write.Answer();
    }

    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _checkpoints.Dispose();
        _session.Dispose();
        _queue.Dispose();
    }

    private void Run()
    {
        foreach (var write in _queue.GetConsumingEnumerable())
        {
            if (write.TryTake())
                Commit(write, together: true);
            if (_checkpoints.IsLogLong)
                BeginLogAnew();
        }
    }

    /// <summary>Nothing can be written meanwhile, so the next write finds a log that is in the file wholly and begins it anew.</summary>
    private void BeginLogAnew()
    {
        try
        {
            _session.Checkpoint();
        }
        catch (DatabaseUnavailableException)
        {
            // The log keeps everything; the next long checkpoint asks again.
        }

        _checkpoints.BeginsAnew();
    }

    /// <summary>Runs a write, and those that wait behind it if <paramref name="together"/>, in one transaction.</summary>
    private void Commit(PendingWrite first, bool together)
    {
        var ended = new List<(PendingWrite Write, Exception? Failure)>();
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            var next = first;
            do
            {
                // On the list before it runs: whatever happens, everybody who was taken from the queue is answered.
                ended.Add((next, null));
                ended[^1] = (next, RunInSavepoint(next));
                if (!_session.InTransaction)
                {
                    StartOver(ended);
                    return;
                }
            }
            while (together && ended.Count < MostInOneCommit && TryTakeNext(out next));

            _session.Execute("COMMIT");
            _checkpoints.Committed();
        }
        catch (Exception exception)
        {
            RollBackQuietly();
            if (ended.Count == 0)
                FailAllThatWait(first, exception);
            foreach (var (write, _) in ended)
                write.Fail(exception);
            return;
        }

        foreach (var (write, failure) in ended)
        {
            if (failure is null)
                write.Succeed();
            else
                write.Fail(failure);
        }
    }

    private Exception? RunInSavepoint(PendingWrite write)
    {
        _session.Execute("SAVEPOINT work");
        try
        {
            write.Run(_session);
            _session.Execute("RELEASE work");
            return null;
        }
        catch (Exception exception)
        {
            // Foreign code's exception, or an error after which SQLite itself ended the transaction.
            if (_session.InTransaction)
            {
                _session.Execute("ROLLBACK TO work");
                _session.Execute("RELEASE work");
            }

            return exception;
        }
    }

    /// <summary>The last write ended the transaction for all (a full disk does): it fails, the others run again, each alone.</summary>
    private void StartOver(List<(PendingWrite Write, Exception? Failure)> ended)
    {
        var (culprit, failure) = ended[^1];
        culprit.Fail(failure ?? DatabaseErrors.Unavailable(DatabaseTrouble.Unreachable, new InvalidOperationException("The work ended the transaction.")));
        foreach (var (write, _) in ended[..^1])
            Commit(write, together: false);
    }

    /// <summary>No transaction could begin after the full wait: whoever waited behind waited as long.</summary>
    private void FailAllThatWait(PendingWrite first, Exception exception)
    {
        first.Fail(exception);
        for (var waiting = _queue.Count; waiting > 0 && TryTakeNext(out var write); waiting--)
            write.Fail(exception);
    }

    private bool TryTakeNext(out PendingWrite write)
    {
        while (_queue.TryTake(out write!))
        {
            if (write.TryTake())
                return true;
        }

        return false;
    }

    private void RollBackQuietly()
    {
        try
        {
            _session.RollBack();
        }
        catch (DatabaseUnavailableException)
        {
            // The error that led here is the one to report; SQLite rolls back on the next open at the latest.
        }
    }
}
