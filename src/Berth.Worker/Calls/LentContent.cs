using System.Net;

namespace Berth.Worker.Calls;

/// <summary>A stream of the plugin's as the body of a request. It stays the plugin's, and may be read while an answer comes already.</summary>
internal sealed class LentContent(Stream stream, CancellationToken cancellationToken) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream target, TransportContext? context) => stream.CopyToAsync(target, cancellationToken);

    protected override Task SerializeToStreamAsync(Stream target, TransportContext? context, CancellationToken ending) => stream.CopyToAsync(target, ending);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
