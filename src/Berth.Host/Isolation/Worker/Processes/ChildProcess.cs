using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace Berth.Host.Isolation.Worker.Processes;

/// <summary>How a process ended.</summary>
/// <param name="Code">Its exit code; <see langword="null"/> when a signal ended it.</param>
/// <param name="Signal">The signal.</param>
internal sealed record ChildExit(int? Code, int? Signal)
{
    public override string ToString() => Code is { } code ? $"exit code {code}" : $"signal {Signal}";
}

/// <summary>
/// A child with chosen descriptors and a chosen environment, in a session of its own. It is reaped here and nowhere else, and
/// killed only while it is not reaped: its number never means another process.
/// </summary>
internal sealed class ChildProcess
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<ChildExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isReaped;

    private ChildProcess(int id, Stream input, Stream output, Stream errors, bool isKept)
    {
        Id = id;
        Input = input;
        (OutputBytes, ErrorBytes) = isKept ? (output, errors) : (Stream.Null, Stream.Null);
        Output = new OutputTail(isKept ? Stream.Null : output);
        Errors = new OutputTail(isKept ? Stream.Null : errors);
        var thread = new Thread(Wait, maxStackSize: 128 * 1024) { IsBackground = true, Name = $"worker {id}" };
        thread.UnsafeStart();
    }

    public int Id { get; }

    /// <summary>Its standard input. Closed, it tells a worker that its host is gone.</summary>
    public Stream Input { get; }

    public OutputTail Output { get; }

    public OutputTail Errors { get; }

    /// <summary>Its standard output, for whoever wanted all of it: to be read to the end, and disposed.</summary>
    public Stream OutputBytes { get; }

    /// <summary>Its standard error, likewise.</summary>
    public Stream ErrorBytes { get; }

    public Task<ChildExit> Exited => _exited.Task;

    /// <summary>Starts a command.</summary>
    /// <param name="file">An absolute path.</param>
    /// <param name="arguments">Without the file's own name.</param>
    /// <param name="environment">All of it.</param>
    /// <param name="descriptors">Those that the child has as 3, 4 …; besides the three standard ones it has no others.</param>
    /// <param name="isKept">Whether the caller reads all that it writes, instead of the last lines being kept.</param>
    /// <exception cref="WorkerStartException">The system does not start it.</exception>
    public static Task<ChildProcess> StartAsync(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, IReadOnlyList<SafeHandle> descriptors, bool isKept = false) =>
        StartThread.RunAsync(() => Start(file, arguments, environment, descriptors, isKept));

    /// <summary>Ends it at once; nothing happens when it has ended already.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            if (_isReaped)
                return;
            // The session it began with all that stayed in it; then itself, should it have left.
            _ = NativeMethods.Signal(-Id, NativeMethods.Kill9);
            _ = NativeMethods.Signal(Id, NativeMethods.Kill9);
        }
    }

    private static ChildProcess Start(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, IReadOnlyList<SafeHandle> descriptors, bool isKept)
    {
        var input = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        var output = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        var errors = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        var given = new List<int>();
        try
        {
            foreach (var handle in (IReadOnlyList<SafeHandle>)[input.ClientSafePipeHandle, output.ClientSafePipeHandle, errors.ClientSafePipeHandle, .. descriptors])
                given.Add(Raise(handle));
            var id = Spawn(file, arguments, environment, given);
            return new ChildProcess(id, input, output, errors, isKept);
        }
        catch
        {
            input.Dispose();
            output.Dispose();
            errors.Dispose();
            throw;
        }
        finally
        {
            foreach (var descriptor in given)
                _ = NativeMethods.Close(descriptor);
            input.DisposeLocalCopyOfClientHandle();
            output.DisposeLocalCopyOfClientHandle();
            errors.DisposeLocalCopyOfClientHandle();
        }
    }

    // Above all numbers that the child gets, so that none is overwritten before it is given.
    private static int Raise(SafeHandle handle)
    {
        var isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            var raised = NativeMethods.Control((int)handle.DangerousGetHandle(), NativeMethods.DuplicateCloseOnExec, 128);
            return raised >= 0 ? raised : throw new WorkerStartException($"A descriptor for a worker could not be made (error {Marshal.GetLastPInvokeError()}). The host may have too many open files: raise its limit (ulimit -n).");
        }
        finally
        {
            if (isHeld)
                handle.DangerousRelease();
        }
    }

    private static unsafe int Spawn(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, List<int> given)
    {
        // Larger than any C library's structures of these types.
        var actions = stackalloc byte[1024];
        var attributes = stackalloc byte[1024];
        var signals = stackalloc byte[256];
        using var argumentList = new NativeStrings([file, .. arguments]);
        using var environmentList = new NativeStrings([.. environment.Select(pair => $"{pair.Key}={pair.Value}")]);
        Check(NativeMethods.InitActions(actions), file);
        Check(NativeMethods.InitAttributes(attributes), file);
        try
        {
            for (var i = 0; i < given.Count; i++)
                Check(NativeMethods.AddDuplicate(actions, given[i], i), file);
            if (HasCloseFrom)
                Check(NativeMethods.AddCloseFrom(actions, given.Count), file);
            // The runtime ignores SIGPIPE, and what is ignored stays so across an exec.
            _ = NativeMethods.FillSignals(signals);
            Check(NativeMethods.SetDefaults(attributes, signals), file);
            _ = NativeMethods.EmptySignals(signals);
            Check(NativeMethods.SetMask(attributes, signals), file);
            Check(NativeMethods.SetFlags(attributes, NativeMethods.SetSignalDefaults | NativeMethods.SetSignalMask | NativeMethods.SetSession), file);
            Check(NativeMethods.Spawn(out var id, file, actions, attributes, argumentList.Pointers, environmentList.Pointers), file);
            return id;
        }
        finally
        {
            _ = NativeMethods.DestroyActions(actions);
            _ = NativeMethods.DestroyAttributes(attributes);
        }
    }

    // Since glibc 2.34. Without it what the host opened closes by its own mark, as everything of .NET's has it.
    private static bool HasCloseFrom { get; } =
        NativeLibrary.TryLoad("libc", typeof(ChildProcess).Assembly, null, out var library) && NativeLibrary.TryGetExport(library, "posix_spawn_file_actions_addclosefrom_np", out _);

    private static void Check(int error, string file)
    {
        if (error != 0)
            throw new WorkerStartException($"'{file}' could not be started (error {error}: {Marshal.GetPInvokeErrorMessage(error)}).");
    }

    private unsafe void Wait()
    {
        var info = stackalloc byte[256];
        while (NativeMethods.WaitFor(NativeMethods.WaitProcess, Id, info, NativeMethods.WaitExited | NativeMethods.WaitNoReap) != 0 && Marshal.GetLastPInvokeError() == NativeMethods.Interrupted)
        {
            // A signal of the host's own; the child goes on.
        }

        int status;
        lock (_gate)
        {
            while (NativeMethods.Reap(Id, out status, 0) < 0 && Marshal.GetLastPInvokeError() == NativeMethods.Interrupted)
            {
                // The same.
            }

            _isReaped = true;
        }

        var signal = status & 0x7f;
        _exited.TrySetResult(signal == 0 ? new ChildExit((status >> 8) & 0xff, null) : new ChildExit(null, signal));
    }

    private sealed unsafe class NativeStrings : IDisposable
    {
        private readonly nint[] _strings;

        public NativeStrings(IReadOnlyList<string> strings)
        {
            _strings = [.. strings.Select(Marshal.StringToCoTaskMemUTF8)];
            Pointers = (byte**)NativeMemory.AllocZeroed((nuint)(strings.Count + 1), (nuint)sizeof(byte*));
            for (var i = 0; i < _strings.Length; i++)
                Pointers[i] = (byte*)_strings[i];
        }

        public byte** Pointers { get; }

        public void Dispose()
        {
            foreach (var text in _strings)
                Marshal.FreeCoTaskMem(text);
            NativeMemory.Free(Pointers);
        }
    }
}
