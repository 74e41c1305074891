namespace Berth.Server.Offline;

/// <summary>
/// Work on a data folder that needs no running server: <c>berth-server {name} …</c>. It writes one JSON object a line to
/// standard output, <c>{"type":"progress",…}</c> while it works and <c>{"type":"result",…}</c> or
/// <c>{"type":"error","code","detail"}</c> at its end; <c>berth</c> shows them to people.
/// </summary>
internal interface IOfflineCommand
{
    /// <summary>The first argument.</summary>
    string Name { get; }

    /// <summary>Does it. Returns the exit code of the command line's table.</summary>
    Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, CancellationToken cancellationToken);
}
