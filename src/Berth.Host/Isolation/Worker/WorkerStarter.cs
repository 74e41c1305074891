using System.Text.Json;
using Berth.Host.Isolation.InProcess.Contracts;
using Berth.Host.Isolation.Network;
using Berth.Host.Isolation.Worker.Broker;
using Berth.Host.Isolation.Worker.Processes;
using Berth.Host.Pipeline;
using Berth.Worker.Protocol;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Isolation.Worker;

/// <summary>
/// Starts a worker for a version and waits until it has configured the plugin. Before: nothing runs. After: the worker serves,
/// and the parts hold it. After a failure: what was started has ended, or is in the parts for the teardown.
/// </summary>
internal sealed class WorkerStarter(
    WorkerLevels levels, WorkerBroker broker, WorkerRunFolder folder, ContractFiles contracts, WorkerConfiguration configuration, NetworkProxies network, SpareWorkers spares, Services.DataUses uses, HostOptions options, ILoggerFactory loggers)
{
    /// <summary>Returns why the version does not run; <see langword="null"/> when it does.</summary>
    public async Task<StageFault?> StartAsync(InstanceParts parts, CancellationToken cancellationToken)
    {
        if (levels.Find(parts.Isolation) is not { } level)
            return new StageFault("isolation.unavailable", ((IIsolationLevels)levels).Refusal(parts.Id.ToString(), parts.Isolation) ?? "", IsRetried: false);
        var session = new WorkerSession(parts.Id, new BrokerAllowance(options.WorkerHostCallsPerSecond, options.WorkerServiceCalls), uses);
        try
        {
            var files = parts.Files!;
            var readable = await contracts.PathsAsync(files, cancellationToken);
            configuration.Prepare(parts);
            var capabilities = configuration.CapabilitiesOf(files);
            parts.WorkerCapabilities = capabilities;
            var wayOut = OpenNetwork(parts, session, capabilities);
            var launch = new WorkerLaunch
            {
                Id = parts.Id,
                Directory = Path.GetFullPath(files.Directory),
                Readable = readable,
                Sockets = wayOut is null ? [folder.Broker] : [folder.Broker, wayOut.Path],
                Limits = parts.Limits,
                Capabilities = capabilities,
            };
            parts.Worker = await StartAsync(level, launch, files, session, wayOut, cancellationToken);
            session.Parts = parts;
            parts.BackgroundLosses = session.BackgroundLosses;
            var fault = await ReadyAsync(parts, session, cancellationToken);
            if (fault is null)
                spares.Keep(level, launch);
            return fault;
        }
        catch (WorkerStartException exception)
        {
            return new StageFault("isolation.start_failed", $"The worker of {parts.Id} could not be started at level '{level.Name}': {exception.Message}");
        }
        catch (WorkerFaultException exception)
        {
            return new StageFault(exception.Fault.Code, exception.Fault.Reason);
        }
    }

    // Only where a capability needs it: without one there is nothing to connect to. It ends with the instance.
    private NetworkProxy? OpenNetwork(InstanceParts parts, WorkerSession session, IReadOnlySet<string> capabilities)
    {
        if (!capabilities.Contains(Capabilities.HttpClient) && !capabilities.Contains(Capabilities.WebSocket))
            return null;
        session.Network = new NetworkCalls(parts.Id, () => parts.Context!.Capabilities);
        return parts.Context!.Own(network.Open(parts.Files!, parts.Context, session.Network, folder.NetworkSocket(), parts.Limits.NetworkBytesPerSecond));
    }

    private async Task<StageFault?> ReadyAsync(InstanceParts parts, WorkerSession session, CancellationToken cancellationToken)
    {
        var worker = parts.Worker!;
        if (await Task.WhenAny(session.Ready, worker.Exited).WaitAsync(cancellationToken) != session.Ready)
        {
            await worker.SaidAllAsync();
            // Before it is ready it has had no calls: what it says of the protocol is about nobody.
            var isOther = worker.Exited.Result.Code == WorkerProtocol.ExitCodes.Protocol;
            return isOther
                ? new StageFault("isolation.protocol", $"{parts.Id} does not run: {worker.DescribeEnd()} {worker.LastWords()}", IsRetried: false)
                : new StageFault("isolation.start_failed", $"{parts.Id} does not run: {worker.DescribeEnd()}", LastWords: worker.LastWords());
        }

        var ready = await session.Ready;
        worker.HasStarted();
        return ready.Protocol == WorkerProtocol.Version
            ? configuration.Configure(parts, session, ready)
            : new StageFault("isolation.protocol", $"{parts.Id} does not run: the worker {ready.WorkerVersion} speaks protocol {ready.Protocol}, this host speaks {WorkerProtocol.Version}. Deploy the worker folder that belongs to the host.", IsRetried: false);
    }

    private async Task<WorkerInstance> StartAsync(IWorkerLevel level, WorkerLaunch launch, PluginVersionFiles files, WorkerSession session, NetworkProxy? wayOut, CancellationToken cancellationToken)
    {
        // The broker before the process: what makes a sandbox or a container looks for its socket at once.
        var token = await broker.OpenAsync(session, cancellationToken);
        WorkerProcess process;
        try
        {
            process = await spares.StartAsync(level, launch, cancellationToken);
        }
        catch
        {
            broker.Close(token);
            throw;
        }

        WorkerInstance? worker = null;
        try
        {
            wayOut?.Admit(token, process.Command.UserId);
            worker = new WorkerInstance(launch.Id, process, () => broker.Close(token));
            await SayHelloAsync(process.Child, Hello(launch, files, token, wayOut?.Path, process.Command.Hardening), cancellationToken);
            return worker;
        }
        catch (IOException) when (worker is not null)
        {
            // It has ended, or reads nothing: whoever waits until it is ready sees its end.
            return worker;
        }
        catch
        {
            process.Child.Kill();
            broker.Close(token);
            await (worker?.DisposeAsync() ?? process.DisposeAsync());
            throw;
        }
    }

    private WorkerHello Hello(WorkerLaunch launch, PluginVersionFiles files, string token, string? wayOut, WorkerHardening hardening)
    {
        var module = files.Manifest.Module!;
        return new WorkerHello
        {
            Protocol = WorkerProtocol.Version,
            HostVersion = typeof(WorkerStarter).Assembly.GetName().Version!.ToString(3),
            Token = token,
            Broker = folder.Broker,
            NetworkProxy = wayOut,
            Slug = launch.Id.Slug,
            Version = launch.Id.Version,
            Directory = launch.Directory,
            Assembly = module.Assembly,
            LifecycleManager = module.LifecycleManager,
            Contracts = launch.Readable,
            Guards = module.Guards.Where(guard => guard.Source is null).ToDictionary(guard => guard.Name, guard => guard.Class!, StringComparer.Ordinal),
            ExternalGuards = [.. module.Guards.Where(guard => guard.Source is not null).Select(guard => guard.Name)],
            Services = module.CrossPluginServices.ToDictionary(service => service.Token, service => service.Contract, StringComparer.Ordinal),
            Capabilities = [.. launch.Capabilities],
            LogLevel = (int)LeastLevelOf(loggers.CreateLogger($"Plugin.{launch.Id.Slug}")),
            Hardening = hardening,
        };
    }

    private static async Task SayHelloAsync(ChildProcess process, WorkerHello hello, CancellationToken cancellationToken)
    {
        await process.Input.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(hello, ProtocolJson.Default.WorkerHello), cancellationToken);
        await process.Input.WriteAsync("\n"u8.ToArray(), cancellationToken);
        await process.Input.FlushAsync(cancellationToken);
    }

    private static LogLevel LeastLevelOf(ILogger logger)
    {
        for (var level = LogLevel.Trace; level < LogLevel.None; level++)
        {
            if (logger.IsEnabled(level))
                return level;
        }

        return LogLevel.None;
    }
}
