using System.Net;
using System.Net.WebSockets;
using System.Text;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Dispatch;

/// <summary>What goes on while a request is under way, in the host's own process and through a worker.</summary>
public abstract class StreamingTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _soon = new(TimeSpan.FromMinutes(2));

    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await StartAsync();

    private CancellationToken Soon => _soon.Token;

    public async Task DisposeAsync()
    {
        _soon.Dispose();
        await _bed.DisposeAsync();
    }

    private protected abstract Task<PluginBed> StartAsync();

    [Fact]
    public async Task A_web_socket_speaks_both_ways_until_either_side_ends_it()
    {
        using var first = await ConnectAsync();
        first.SubProtocol.ShouldBe("talk");
        var large = new string('x', 50_000);
        (await SayAsync(first, "hello")).ShouldBe("hello");
        (await SayAsync(first, large) == large).ShouldBeTrue();
        await first.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Soon);
        first.CloseStatusDescription.ShouldBe("as asked");

        using var second = await ConnectAsync();
        (await SayAsync(second, "bye")).ShouldBe("bye");
        (await second.ReceiveAsync(new byte[16].AsMemory(), Soon)).MessageType.ShouldBe(WebSocketMessageType.Close);
        second.CloseStatusDescription.ShouldBe("bye");
        await second.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Soon);
        await NoLeaseIsLeftAsync();
    }

    [Fact]
    public async Task An_endpoint_for_web_sockets_sees_that_a_request_is_none() =>
        (await _bed.Http.GetAsync("/p/Talker/1.0.0/socket")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_web_socket_that_breaks_ends_the_plugins_call()
    {
        var socket = await ConnectAsync();
        (await SayAsync(socket, "hello")).ShouldBe("hello");
        socket.Abort();
        socket.Dispose();
        await NoLeaseIsLeftAsync();
    }

    [Fact]
    public async Task Events_reach_their_reader_one_by_one()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/p/Talker/1.0.0/events");
        request.Headers.Add("Last-Event-ID", "41");
        using var response = await _bed.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Soon);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        (await reader.ReadLineAsync(Soon)).ShouldBe("id: 41");
        (await reader.ReadLineAsync(Soon)).ShouldBe("data: hello");
        foreach (var text in (string[])["one", "two", "end"])
        {
            // Nothing more is sent before it is asked for: what is read here was not kept back.
            (await _bed.Http.PostAsync($"/p/Talker/1.0.0/tick?text={text}", null, Soon)).EnsureSuccessStatusCode();
            (await reader.ReadLineAsync(Soon)).ShouldBe("");
            (await reader.ReadLineAsync(Soon)).ShouldBe($"data: {text}");
        }

        (await reader.ReadToEndAsync(Soon)).ShouldBe("\n");
    }

    [Fact]
    public async Task An_answer_goes_on_while_its_request_is_still_sent()
    {
        using var post = await RawPost.StartAsync(_bed.Http.BaseAddress!, "/p/Talker/1.0.0/duplex", Soon);
        await post.SendAsync("first", Soon);
        (await post.ReadHeadAsync(Soon)).ShouldBe("HTTP/1.1 200 OK");
        (await post.ReadAsync(Soon)).ShouldBe("first");
        foreach (var text in (string[])["second", "third"])
        {
            await post.SendAsync(text, Soon);
            (await post.ReadAsync(Soon)).ShouldBe(text);
        }

        await post.EndAsync(Soon);
        (await post.ReadAsync(Soon)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_caller_that_goes_cancels_an_answer_that_has_begun()
    {
        using (var response = await _bed.Http.GetAsync("/p/Talker/1.0.0/wait", HttpCompletionOption.ResponseHeadersRead, Soon))
        {
            await using var body = await response.Content.ReadAsStreamAsync();
            (await ReadAsync(body, 7)).ShouldBe("waiting");
        }

        (await _bed.Http.GetStringAsync("/p/Talker/1.0.0/left", Soon)).ShouldBe("left");
        await NoLeaseIsLeftAsync();
    }

    [Fact]
    public async Task A_caller_that_goes_is_seen_by_code_that_holds_its_thread()
    {
        using (var response = await _bed.Http.GetAsync("/p/Talker/1.0.0/hold", HttpCompletionOption.ResponseHeadersRead, Soon))
        {
            await using var body = await response.Content.ReadAsStreamAsync();
            (await ReadAsync(body, 7)).ShouldBe("holding");
        }

        (await _bed.Http.GetStringAsync("/p/Talker/1.0.0/left", Soon)).ShouldBe("left");
        await NoLeaseIsLeftAsync();
    }

    [Fact]
    public async Task A_caller_that_goes_while_it_sends_cancels_the_plugins_call()
    {
        using (var post = await RawPost.StartAsync(_bed.Http.BaseAddress!, "/p/Talker/1.0.0/duplex", Soon))
        {
            await post.SendAsync("first", Soon);
            (await post.ReadHeadAsync(Soon)).ShouldBe("HTTP/1.1 200 OK");
            (await post.ReadAsync(Soon)).ShouldBe("first");
        }

        await NoLeaseIsLeftAsync();
    }

    private Task NoLeaseIsLeftAsync() => Eventually.BeTrueAsync(() => _bed.Pool.Snapshot()[0].Leases == 0);

    private async Task<ClientWebSocket> ConnectAsync()
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("talk");
        socket.Options.SetRequestHeader("Berth-Test-User", PluginBed.UserId);
        await socket.ConnectAsync(new UriBuilder(_bed.Http.BaseAddress!) { Scheme = "ws", Path = "/p/Talker/1.0.0/socket" }.Uri, Soon);
        return socket;
    }

    private async Task<string> SayAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, Soon);
        using var answer = new MemoryStream();
        var buffer = new byte[8192];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(), Soon);
            answer.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return Encoding.UTF8.GetString(answer.ToArray());
    }

    private async Task<string> ReadAsync(Stream body, int length)
    {
        var bytes = new byte[length];
        await body.ReadExactlyAsync(bytes, Soon);
        return Encoding.UTF8.GetString(bytes);
    }
}

public sealed class InProcessStreamingTests : StreamingTests
{
    private protected override Task<PluginBed> StartAsync() => PluginBed.StartAsync();
}

public sealed class WorkerStreamingTests : StreamingTests
{
    private protected override Task<PluginBed> StartAsync() => PluginBed.StartWithWorkersAsync();
}

/// <summary>After many calls that gave their thread back quickly: the next ones run on the threads that read the worker's connections.</summary>
public sealed class QuickWorkerStreamingTests : StreamingTests
{
    private protected override async Task<PluginBed> StartAsync()
    {
        var bed = await PluginBed.StartWithWorkersAsync();
        for (var call = 0; call < 100; call++)
            (await bed.Http.GetAsync("/p/Talker/1.0.0/socket")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        return bed;
    }
}
