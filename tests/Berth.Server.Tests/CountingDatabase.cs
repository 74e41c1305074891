using Berth.Data.Sessions;

namespace Berth.Server.Tests;

/// <summary>Counts what requests ask of the real database behind it; what the server does by itself is not theirs.</summary>
public sealed class CountingDatabase(IDatabase inner) : IDatabase
{
    private static readonly AsyncLocal<bool> InRequest = new();
    private int _reads;
    private int _writes;

    public int Reads => Volatile.Read(ref _reads);

    public int Writes => Volatile.Read(ref _writes);

    public DatabaseKind Kind => inner.Kind;

    public Task<T> ReadAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default)
    {
        if (InRequest.Value)
            Interlocked.Increment(ref _reads);
        return inner.ReadAsync(work, cancellationToken);
    }

    public Task<T> WriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken = default)
    {
        if (InRequest.Value)
            Interlocked.Increment(ref _writes);
        return inner.WriteAsync(work, cancellationToken);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <summary>Marks requests, before everything else in the pipeline.</summary>
    public sealed class Requests : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
        {
            application.Use((HttpContext context, RequestDelegate rest) => Marked(context, rest));
            next(application);
        };

        private static async Task Marked(HttpContext context, RequestDelegate rest)
        {
            InRequest.Value = true;
            await rest(context);
        }
    }
}
