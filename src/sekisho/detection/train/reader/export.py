"""The trained network as a file: ONNX, its weights in eight bits."""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from sekisho.detection.train.reader.network import Network

OPSET = 17


class _OneWindow(nn.Module):
    """The network over one whole window, so that it needs no mask."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, numbers: Tensor) -> Tensor:
        return self.network(numbers, torch.ones_like(numbers))


def export(network: Network, target: Path) -> None:
    """Write the network to `target`: numbers of shape (1, length) in, log-odds of shape (1, heads) out."""
    network.eval()
    example = torch.ones(1, 16, dtype=torch.long)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            _OneWindow(network),
            (example,),
            whole,
            input_names=["numbers"],
            output_names=["log_odds"],
            dynamic_axes={"numbers": {1: "length"}},
            opset_version=OPSET,
            dynamo=False,
        )
        # Seven bits a weight: without the newest instructions sums of eight would be cut off, and answers would
        # depend on the machine. A scale for each column makes up for the bit.
        quantize_dynamic(whole, target, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
