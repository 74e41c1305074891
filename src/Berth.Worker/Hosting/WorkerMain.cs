using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Worker.Broker;
using Berth.Worker.Control;
using Berth.Worker.Loading;
using Berth.Worker.Protocol;
using Berth.Worker.Requests;
using Berth.Worker.Transport;
using Microsoft.AspNetCore.Http;

namespace Berth.Worker.Hosting;

/// <summary>The life of a worker: listen → hear what to run → harden → load → say so → serve until the host is gone.</summary>
internal sealed class WorkerMain
{
    private RequestDelegate? _requests;
    private RequestDelegate? _control;

    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync()
    {
        var main = new WorkerMain();
        var rehearsal = new Rehearsal();
        using var threads = new ConnectionThreads();
        // Before anything is known of the plugin, so that a spare worker has it behind it.
        await using var server = WorkerServer.Create(context => Serve(context, main._requests ?? rehearsal.AnswerAsync), context => Serve(context, main._control), threads);
        try
        {
            await server.StartAsync();
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return Refuse(WorkerProtocol.ExitCodes.Usage, $"Descriptors {WorkerProtocol.RequestsDescriptor} to {WorkerProtocol.StreamsDescriptor} are no sockets ({exception.Message}). A worker is started by a host, and not by hand.");
        }

        var input = Console.OpenStandardInput();
        var reading = ReadLineAsync(input);
        if (await Task.WhenAny(reading, Task.Delay(Rehearsal.After)) != reading)
            await Task.WhenAny(reading, rehearsal.RunAsync());
        var line = await reading;
        // Who speaks comes first: the rest of what another version says may have another form.
        if (Read(line, ProtocolJson.Default.WorkerGreeting) is { } greeting && greeting.Protocol != WorkerProtocol.Version)
            return Refuse(WorkerProtocol.ExitCodes.Protocol, $"The host {greeting.HostVersion} speaks protocol {greeting.Protocol}, this worker speaks {WorkerProtocol.Version}. Deploy the worker folder that belongs to the host.");
        if (Read(line, ProtocolJson.Default.WorkerHello) is not { } hello)
            return Refuse(WorkerProtocol.ExitCodes.Usage, "The host said nothing that this worker understands on standard input. A worker is started by a host, and not by hand.");
        Watchdog.Start(input);
        Hardening.ProcessHardening.Apply(hello.Hardening);
        threads.Limit(hello.Hardening.Processes);

        var broker = new BrokerClient(hello);
        new LimitWatch(broker).Start();
        try
        {
            var plugin = PluginLoader.Load(hello, broker);
            main._requests = new RequestHandler(plugin, broker).HandleAsync;
            main._control = new ControlHandler(plugin, broker).HandleAsync;
            await broker.PostAsync("/ready", plugin.Ready, ProtocolJson.Default.WorkerReady, CancellationToken.None);
        }
        catch (LoadFaultException fault)
        {
            await broker.PostAsync("/failed", new WorkerFault(fault.Code, fault.Message), ProtocolJson.Default.WorkerFault, CancellationToken.None);
        }

        await Task.Delay(Timeout.Infinite);
        return WorkerProtocol.ExitCodes.Asked;
    }

    private static Task Serve(HttpContext context, RequestDelegate? handler)
    {
        if (handler is not null)
            return handler(context);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }

    // Byte by byte up to the end of the line: what follows it is the watchdog's.
    private static async Task<byte[]> ReadLineAsync(Stream input)
    {
        var line = new List<byte>(4096);
        var one = new byte[1];
        while (await input.ReadAsync(one) == 1 && one[0] != (byte)'\n')
        {
            line.Add(one[0]);
            if (line.Count > 1 << 20)
                return [];
        }

        return [.. line];
    }

    private static T? Read<T>(byte[] line, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return line.Length == 0 ? null : JsonSerializer.Deserialize(line, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int Refuse(int code, string reason)
    {
        Console.Error.WriteLine(reason);
        return code;
    }
}
