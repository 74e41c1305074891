using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Berth.Hostile.Tests.Range;

/// <summary>
/// The internet of the range, and what is inside: addresses that its network namespace alone has, one of them public, each of
/// which says where it is; and the names that lead to them.
/// </summary>
internal sealed class Outside
{
    private const int Port = 8080;
    private const string Public = "1.2.3.4";

    private readonly ConcurrentDictionary<string, int> _asked = new(StringComparer.Ordinal);

    /// <summary>Where it answers: as the namespaces of <see cref="RangeProcess"/> have them.</summary>
    public static string[] Urls { get; } = [.. new[] { Public, "127.0.0.1", "10.1.1.1", "169.254.169.254" }.Select(address => $"http://{address}:{Port}")];

    /// <summary>Whether a request came to it.</summary>
    public static bool IsFor(HttpContext context) => context.Connection.LocalPort == Port;

    /// <summary>Says where it is; from the public address it redirects to where it is told.</summary>
    public static Task AnswerAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (query.ContainsKey("close"))
            context.Response.Headers.Connection = "close";
        var address = context.Connection.LocalIpAddress!.MapToIPv4().ToString();
        if (address != Public)
            return context.Response.WriteAsync($"inside: {address}");
        if (query["to"].ToString() is not { Length: > 0 } to)
            return context.Response.WriteAsync("outside");
        context.Response.Redirect(to);
        return Task.CompletedTask;
    }

    /// <summary>Resolves a name as the name server of an attacker would, who has all of <c>.example</c>.</summary>
    public Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken) => Task.FromResult<IPAddress[]>(name switch
    {
        "inside.example" or "localhost" => [IPAddress.Loopback],
        "metadata.example" => [IPAddress.Parse("169.254.169.254")],
        "private.example" => [IPAddress.Parse("10.1.1.1")],
        "mixed.example" => [IPAddress.Loopback, IPAddress.Parse(Public)],
        // Public when it is asked for first, and inside when somebody looks again.
        "rebinds.example" => [_asked.AddOrUpdate(name, 1, (_, before) => before + 1) % 2 == 1 ? IPAddress.Parse(Public) : IPAddress.Loopback],
        "nobody.example" => throw new SocketException((int)SocketError.HostNotFound),
        _ => [IPAddress.Parse(Public)],
    });
}
