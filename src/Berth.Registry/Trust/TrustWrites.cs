using Berth.Data.Sessions;

namespace Berth.Registry.Trust;

/// <summary>Transactions that can be tried without leaving anything behind.</summary>
internal static class TrustWrites
{
    /// <summary>Runs the work; a dry run takes everything back and still says what came of it.</summary>
    public static async Task<T> RunAsync<T>(IDatabase database, bool isDryRun, Func<DbSession, Task<T>> work, CancellationToken cancellationToken)
    {
        if (!isDryRun)
            return await database.WriteAsync(work, cancellationToken);
        try
        {
            return await database.WriteAsync<T>(async session => throw new TakenBackException<T>(await work(session)), cancellationToken);
        }
        catch (TakenBackException<T> taken)
        {
            return taken.Result;
        }
    }

    private sealed class TakenBackException<T>(T result) : Exception
    {
        public T Result => result;
    }
}
