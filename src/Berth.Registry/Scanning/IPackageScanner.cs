using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;

namespace Berth.Registry.Scanning;

/// <summary>The scan that a registry puts every package through.</summary>
public interface IPackageScanner
{
    /// <summary>Scans a package.</summary>
    /// <param name="content">Its bytes, seekable; not disposed.</param>
    /// <param name="package">What the strict reader read.</param>
    /// <param name="publisherId">Whose it is: nobody imitates their own plugins.</param>
    /// <param name="cancellationToken">Ends the scan.</param>
    Task<ScanReport> ScanAsync(Stream content, Package package, string publisherId, CancellationToken cancellationToken);
}
