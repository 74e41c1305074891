using System.Net.Sockets;
using System.Reflection;
using System.Text;

namespace Hostile;

/// <summary>What an attacker does with the network that it was granted: with the client that it is given, and past it to the host's proxy.</summary>
internal static class WayOut
{
    /// <summary>A host that may be reached.</summary>
    public const string Granted = "http://granted.example:8080/";

    /// <summary>Makes sure that there is a way out at all: without one, nothing that is refused says anything.</summary>
    public static async Task DemandAsync(HttpContext context)
    {
        if (await AskAsync(context, Granted) is not "outside")
            throw new InvalidOperationException("There is no way out.");
    }

    /// <summary>What came from an address; <see langword="null"/> when it is refused. That nothing answers there is no refusal.</summary>
    public static async Task<string?> AskAsync(HttpContext context, string address)
    {
        try
        {
            return await context.RequestServices.GetRequiredService<HttpClient>().GetStringAsync(address, context.RequestAborted);
        }
        catch (CapabilityDeniedException)
        {
            return null;
        }
        catch (HttpRequestException exception)
        {
            throw new InvalidOperationException($"{address} was not refused, and did not answer: {exception.GetBaseException().Message}", exception);
        }
    }

    /// <summary>Asks each; reached is what comes from inside.</summary>
    public static async Task<string> TryAsync(HttpContext context, IEnumerable<string> addresses)
    {
        var refused = 0;
        foreach (var address in addresses)
        {
            var answer = await AskAsync(context, address);
            if (answer is not (null or "outside"))
                return $"reached: {address}: {answer}";
            refused += answer is null ? 1 : 0;
        }

        return refused > 0 ? $"stopped: {refused} were refused" : throw new InvalidOperationException("Nothing was refused, and nothing reached.");
    }

    /// <summary>Sends a head to a proxy and reads what it answers, up to the end of its head.</summary>
    public static async Task<string> SendAsync(string proxy, string head)
    {
        using var socket = await ConnectAsync(proxy);
        await socket.SendAsync(Encoding.ASCII.GetBytes(head));
        var answer = new StringBuilder();
        var buffer = new byte[1024];
        while (!answer.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && await socket.ReceiveAsync(buffer) is > 0 and var count)
            answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
        return answer.ToString();
    }

    public static async Task<Socket> ConnectAsync(string proxy)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(proxy));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A request for a tunnel.</summary>
    public static string Tunnel(string authority, string? token, string? call, string? host = null) => $"CONNECT {authority} HTTP/1.1\r\nHost: {host ?? authority}\r\n{Fields(token, call)}\r\n";

    /// <summary>A plain request.</summary>
    public static string Plain(string authority, string? token, string? call, string? host = null) =>
        $"GET http://{authority}/ HTTP/1.1\r\nHost: {host ?? authority}\r\n{Fields(token, call)}Connection: close\r\n\r\n";

    /// <summary>Whether a proxy let a request through.</summary>
    public static bool IsThrough(string answer) => answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal);

    /// <summary>The socket of the worker's own proxy: what is in a process is not hidden from it.</summary>
    public static string ProxyOf(HttpContext context)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Queue<object>([context.RequestServices.GetRequiredService<IPluginContext>()]);
        while (open.TryDequeue(out var one))
        {
            foreach (var value in FieldsOf(one.GetType()).Select(field => field.GetValue(one)).OfType<object>())
            {
                if (value is string text && text.EndsWith(".sock", StringComparison.Ordinal) && Path.GetFileName(text).StartsWith('n'))
                    return text;
                if (!value.GetType().IsValueType && value is not (string or Type or MemberInfo or Assembly or Thread) && seen.Count < 5000 && seen.Add(value))
                    open.Enqueue(value);
            }
        }

        throw new InvalidOperationException("The worker's proxy was not found.");
    }

    private static string Fields(string? token, string? call) => $"{(token is null ? "" : $"Berth-Worker: {token}\r\n")}{(call is null ? "" : $"Berth-Call: {call}\r\n")}";

    private static IEnumerable<FieldInfo> FieldsOf(Type? type)
    {
        for (; type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Where(field => !field.FieldType.IsPointer))
                yield return field;
        }
    }
}
