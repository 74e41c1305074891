using System.Net.Sockets;

namespace Berth.Bench.Peers;

/// <summary>Ports for peers that cannot choose one themselves.</summary>
internal static class FreePorts
{
    /// <summary>A port of 127.0.0.1 that was free a moment ago.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until something answers at the address.</summary>
    public static async Task WaitAsync(Uri address)
    {
        using var client = new HttpClient();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                (await client.GetAsync(address)).Dispose();
                return;
            }
            catch (HttpRequestException) when (attempt < 300)
            {
                await Task.Delay(50);
            }
        }
    }
}
