using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Berth.Worker.Protocol;

namespace Berth.Host.Services;

/// <summary>Runs a plugin's code on the pool with an execution context of its own, and turns what it throws into text.</summary>
internal static class ForeignCode
{
    private const int LongestMessage = 500;

    /// <summary>
    /// Starts <paramref name="code"/> on the pool. Without the caller's execution context: the plugin's AsyncLocal values
    /// stay out of the host's flow, and the host's request stays out of what the plugin captures.
    /// </summary>
    public static Task<T> RunAsync<T>(Func<Task<T>> code)
    {
        if (ExecutionContext.IsFlowSuppressed())
            return Task.Run(code);
        using (ExecutionContext.SuppressFlow())
            return Task.Run(code);
    }

    /// <summary>The same, as the code of the scope's version: what it uses is counted there.</summary>
    public static Task<T> RunAsync<T>(PluginScope scope, Func<Task<T>> code) => RunAsync(() =>
    {
        PluginScope.Current = scope;
        return code();
    });

    /// <inheritdoc cref="RunAsync{T}(PluginScope, Func{Task{T}})"/>
    public static Task RunAsync(PluginScope scope, Func<Task> code) => RunAsync(() =>
    {
        PluginScope.Current = scope;
        return code();
    });

    /// <inheritdoc cref="RunAsync{T}(Func{Task{T}})"/>
    public static Task RunAsync(Func<Task> code) => RunAsync(async () =>
    {
        await code();
        return true;
    });

    /// <summary>Type and message of an exception, never the object: it would keep the plugin's version in memory.</summary>
    public static string Describe(Exception exception)
    {
        if (exception is TargetInvocationException { InnerException: { } thrown })
            exception = thrown;

        // What was thrown in a worker comes as its type and message already.
        if (exception is RemoteFailureException)
            return Shorten(exception.Message);

        // The runtime wraps what the load context says about a missing assembly.
        if (exception is FileNotFoundException { InnerException: FileNotFoundException said })
            exception = said;
        string message;
        try
        {
            message = exception.Message;
        }
        catch (Exception)
        {
            message = "(its message could not be read)";
        }

        return $"{exception.GetType().FullName}: {Shorten(message)}";
    }

    /// <summary>A plugin's text, at most as long as one can read.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Shorten(string? text) =>
        text?.Length > LongestMessage ? string.Concat(text.AsSpan(0, LongestMessage), "…") : text;
}
