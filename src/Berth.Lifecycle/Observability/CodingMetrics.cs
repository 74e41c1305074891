using System.Diagnostics.Metrics;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Store.Codings;

namespace Berth.Lifecycle.Observability;

/// <summary>Counts what compressing again has brought.</summary>
internal sealed class CodingMetrics
{
    private readonly Counter<long> _files;
    private readonly Counter<long> _bytes;

    public CodingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(LifecycleTelemetry.MeterName);
        _files = meter.CreateCounter<long>("store_recompressed_files_total", null, "Served files that were compressed again and became smaller, by coding.");
        _bytes = meter.CreateCounter<long>("store_recompressed_saved_bytes_total", null, "Bytes that compressing again has saved on the way, by coding.");
    }

    /// <summary>Counts one content.</summary>
    /// <param name="before">Its entry as it was.</param>
    /// <param name="after">What became of it.</param>
    public void Add(StoreIndexFile before, RecodedFile after)
    {
        foreach (var (coding, size) in after.Smaller)
        {
            var tag = new KeyValuePair<string, object?>("coding", coding switch
            {
                CodedNames.Brotli => "br",
                CodedNames.Gzip => "gzip",
                _ => "zstd",
            });
            _files.Add(1, tag);
            _bytes.Add((before.SizeOf(coding) ?? before.Size) - size, tag);
        }
    }
}
