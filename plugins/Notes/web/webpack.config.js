const path = require('node:path');
const MiniCssExtractPlugin = require('mini-css-extract-plugin');
const { ModuleFederationPlugin } = require('webpack').container;
const { dependencies } = require('./package.json');

/**
 * A container that a classic loader runs: a script tag defines `window.Notes` with `init(shareScope)` and `get(module)`.
 * React comes from the page's share scope; the copy in a chunk of its own is fetched only where the page offers none.
 */
function container(line, version) {
  return {
    name: line,
    mode: 'production',
    devtool: false,
    stats: 'errors-warnings',
    entry: {},
    output: {
      path: path.resolve(__dirname, 'dist', line),
      clean: true,
      publicPath: 'auto',
      // Two versions in one page must not receive each other's chunks.
      uniqueName: `Notes@${version}`,
      filename: 'js/[name].[contenthash:12].js',
      chunkFilename: 'js/[name].[contenthash:12].js',
    },
    resolve: { extensions: ['.tsx', '.ts', '.js'] },
    module: {
      rules: [
        { test: /\.tsx?$/, loader: 'esbuild-loader', options: { target: 'es2022', jsx: 'transform' } },
        { test: /\.css$/, use: [MiniCssExtractPlugin.loader, 'css-loader'] },
      ],
    },
    performance: { hints: 'error', maxAssetSize: 120_000, maxEntrypointSize: 60_000 },
    plugins: [
      new MiniCssExtractPlugin({ filename: 'css/[name].[contenthash:12].css', chunkFilename: 'css/[name].[contenthash:12].css' }),
      new ModuleFederationPlugin({
        name: 'Notes',
        library: { type: 'var', name: 'Notes' },
        filename: 'remoteEntry.js',
        exposes: { './NotesPanel': { import: `./src/${line}/NotesPanel.tsx`, name: 'notes-panel' } },
        shared: { react: { singleton: true, requiredVersion: `^${dependencies.react}` } },
      }),
    ],
  };
}

module.exports = [container('1.0', '1.0.0'), container('1.1', '1.1.0')];
