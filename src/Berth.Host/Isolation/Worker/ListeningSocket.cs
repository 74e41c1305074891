using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Berth.Worker.Hardening;
using Berth.Worker.Protocol;
using Microsoft.Win32.SafeHandles;

namespace Berth.Host.Isolation.Worker;

/// <summary>
/// A Unix socket that a worker accepts on, and that nobody but the host can connect to: it has no name. Its file is opened (open(2), O_PATH)
/// and deleted before anybody may connect; what is left of it is that descriptor of the host, by which the kernel still finds the socket.
/// </summary>
internal sealed class ListeningSocket : IDisposable
{
    private readonly SafeFileHandle _file;

    private ListeningSocket(Socket socket, SafeFileHandle file) => (Socket, _file) = (socket, file);

    /// <summary>The end that the worker is given; the host closes its own when the worker has it.</summary>
    public Socket Socket { get; }

    /// <summary>Makes one.</summary>
    /// <param name="path">A name that it has for a moment, in a folder of the host's own.</param>
    /// <exception cref="WorkerStartException">The file cannot be opened.</exception>
    public static ListeningSocket Bind(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            var file = new SafeFileHandle(LibC.Open(path, LibC.PathOnly | LibC.CloseOnExec), ownsHandle: true);
            var error = Marshal.GetLastPInvokeErrorMessage();
            File.Delete(path);
            if (file.IsInvalid)
                throw new WorkerStartException($"The socket of a worker cannot be opened: {error}. The host may have too many open files: raise its limit (ulimit -n).");
            socket.Listen(512);
            return new ListeningSocket(socket, file);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects. The socket is the caller's.</summary>
    /// <exception cref="SocketException">Nobody accepts on it any more.</exception>
    /// <exception cref="ObjectDisposedException">The worker was cleaned up.</exception>
    public async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var isHeld = false;
        try
        {
            // Held meanwhile, so that its number never means another worker's.
            _file.DangerousAddRef(ref isHeld);
            return await UnixSockets.ConnectAsync(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_file.DangerousGetHandle()}"), cancellationToken);
        }
        finally
        {
            if (isHeld)
                _file.DangerousRelease();
        }
    }

    /// <summary>Closes the host's copy of the end that the worker has, so that nobody can connect once the worker is gone.</summary>
    public void HandOver() => Socket.Dispose();

    /// <summary>Closes all that the host has of it.</summary>
    public void Dispose()
    {
        Socket.Dispose();
        _file.Dispose();
    }
}
