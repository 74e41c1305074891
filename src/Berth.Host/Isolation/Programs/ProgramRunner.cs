using System.Runtime.CompilerServices;
using System.Text;
using Berth.Host.Isolation.Worker;
using Berth.Host.Isolation.Worker.Processes;
using Berth.Host.Services;

namespace Berth.Host.Isolation.Programs;

/// <summary>Runs offered programs, a few at once for each instance, and leaves nothing of one that has ended. Looks at no capability: whoever asks has done so.</summary>
internal sealed class ProgramRunner(ProgramSandbox sandbox, HostOptions options)
{
    /// <summary>Bytes of standard output, and of standard input.</summary>
    public const int MostBytes = Berth.Worker.Protocol.WorkerProgramRun.MostInput;

    private const int MostErrorBytes = 64 << 10;
    private const int MostAtOnce = 4;

    private readonly ConditionalWeakTable<PluginContext, SemaphoreSlim> _places = new();

    /// <summary>The names of all.</summary>
    public IReadOnlyList<string> Names { get; } = [.. options.PluginPrograms.Select(program => program.Name)];

    /// <summary>Runs a program to its end, or to the token's.</summary>
    public async Task<PluginProcessResult> RunAsync(PluginContext plugin, string name, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        var program = options.PluginPrograms.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.Ordinal))
            ?? throw new FileNotFoundException("The administrator offers no program of that name to plugins (BERTH_PLUGIN_PROGRAMS).");
        var places = _places.GetValue(plugin, _ => new SemaphoreSlim(MostAtOnce));
        await places.WaitAsync(cancellationToken);
        WorkerCommand? command = null;
        try
        {
            command = sandbox.Prepare(program, arguments, plugin.Limits);
            return await RunAsync(command, program.Name, input, cancellationToken);
        }
        catch (WorkerStartException exception)
        {
            throw new IOException($"'{program.Name}' could not be started: {exception.Message}", exception);
        }
        finally
        {
            if (command?.CleanUp is { } cleanUp)
                await cleanUp();
            places.Release();
        }
    }

    private async Task<PluginProcessResult> RunAsync(WorkerCommand command, string name, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        using var filter = File.OpenHandle(sandbox.Filter());
        var process = await ChildProcess.StartAsync(command.File, command.Arguments, command.Environment, [filter], isKept: true);
        command.Started?.Invoke(process.Id);
        try
        {
            await using var kill = cancellationToken.UnsafeRegister(_ => process.Kill(), null);
            var feeding = FeedAsync(process.Input, input);
            var errors = ReadAsync(process.ErrorBytes, MostErrorBytes, process: null);
            var output = await ReadAsync(process.OutputBytes, MostBytes, process);
            var exit = await process.Exited;
            await feeding;
            cancellationToken.ThrowIfCancellationRequested();
            return output is { IsWhole: true }
                ? new PluginProcessResult(exit.Code ?? (128 + exit.Signal!.Value), output.Bytes, Encoding.UTF8.GetString((await errors).Bytes.Span))
                : throw new IOException($"'{name}' wrote more than {MostBytes} bytes to its standard output, and was ended. Let it write less, or in parts.");
        }
        finally
        {
            process.Kill();
            await process.Exited;
        }
    }

    private static async Task FeedAsync(Stream stream, ReadOnlyMemory<byte> input)
    {
        try
        {
            await using (stream)
                await stream.WriteAsync(input);
        }
        catch (IOException)
        {
            // It ended, or closed its input, without reading all of it; how it ended says the rest.
        }
    }

    /// <summary>Reads to the end. Of what is beyond the bound nothing is kept; a process that is named is killed for it.</summary>
    private static async Task<ReadOutput> ReadAsync(Stream stream, int most, ChildProcess? process)
    {
        using var kept = new MemoryStream();
        var isWhole = true;
        await using (stream)
        {
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await stream.ReadAsync(buffer)) > 0)
            {
                var room = (int)Math.Min(read, most - kept.Length);
                kept.Write(buffer, 0, room);
                if (room == read)
                    continue;
                isWhole = false;
                process?.Kill();
            }
        }

        return new ReadOutput(kept.ToArray(), isWhole);
    }

    private sealed record ReadOutput(ReadOnlyMemory<byte> Bytes, bool IsWhole);
}
