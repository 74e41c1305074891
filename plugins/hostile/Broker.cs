using System.Net.Sockets;
using System.Reflection;
using System.Text;

namespace Hostile;

/// <summary>Talks to the host's broker past the worker's own client, with its secret: what is in a process is not hidden from it.</summary>
internal static class Broker
{
    public static async Task<Socket> ConnectAsync(Target target)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(target.Broker));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static Task<int> SendAsync(HttpContext context, Target target, string path, string? body, string? token = null) =>
        SendAsync(context.RequestServices, target, path, body, token);

    /// <summary>The status; 0 when the host broke the connection.</summary>
    public static async Task<int> SendAsync(IServiceProvider services, Target target, string path, string? body, string? token = null)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, _) => new NetworkStream(await ConnectAsync(target), ownsSocket: true),
        });
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, "http://host" + path);
        request.Headers.TryAddWithoutValidation("Berth-Worker", token ?? Token(services));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        try
        {
            using var response = await http.SendAsync(request);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    /// <summary>A question as it goes over the wire, for whoever sends more than a client would.</summary>
    public static string Question(IServiceProvider services, string path) => $"GET {path} HTTP/1.1\r\nHost: host\r\nBerth-Worker: {Token(services)}\r\n\r\n";

    /// <summary>The host's number of the call that runs.</summary>
    public static string CallOf(HttpContext context) => (string?)Member(context.RequestServices.GetRequiredService<IUserData>(), type => type == typeof(string)) ?? "";

    /// <summary>The worker's secret.</summary>
    public static string Token(IServiceProvider services)
    {
        var events = services.GetRequiredService<IPluginEvents>();
        var client = Member(events, type => type.Name == "BrokerClient") ?? throw new IOException("the worker's client was not found");
        return (string)Member(client, type => type == typeof(string))!;
    }

    private static object? Member(object of, Func<Type, bool> fits) => of.GetType()
        .GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
        .FirstOrDefault(field => fits(field.FieldType))?.GetValue(of);
}
